namespace LossKit.FSharp.Tests

open System
open System.IO
open System.Text.RegularExpressions
open Xunit

/// The page for users of F# shows code that is compiled and tested here.
module PageTests =
    let private read (path: string) =
        File.ReadAllText(Path.Combine(__SOURCE_DIRECTORY__, path)).ReplaceLineEndings "\n"

    let private blocks =
        Regex.Matches(read "../../docs/fsharp.md", "(?s)```fsharp\n(.*?)```")
        |> Seq.map (fun found -> found.Groups[1].Value)
        |> Seq.toArray

    [<Fact>]
    let ``There is code`` () = Assert.True(blocks.Length >= 4)

    [<Fact>]
    let ``All code of the page stands in these files word for word`` () =
        let sources = Directory.GetFiles(__SOURCE_DIRECTORY__, "*.fs") |> Array.map read

        for block in blocks do
            // A block may be indented less than where it stands.
            let indented (depth: int) = Regex.Replace(block, "(?m)^(?=.)", String(' ', depth))

            Assert.True(
                [ 0; 4; 8 ] |> List.exists (fun depth -> sources |> Array.exists _.Contains(indented depth)),
                $"docs/fsharp.md has code that stands in no file of LossKit.FSharp.Tests:\n{block}"
            )
