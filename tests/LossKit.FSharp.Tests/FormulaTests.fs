namespace LossKit.FSharp.Tests

open System
open System.Runtime.InteropServices
open Xunit
open LossKit
open LossKit.FSharp

type CSharpMissedPositive = LossKit.CustomLoss.Tests.MissedPositive
type CSharpSoftMargin = LossKit.CustomLoss.Tests.SoftMargin
type CSharpPricedError = LossKit.CustomLoss.Tests.PricedError

/// What is written in F# is what is written in C#, to the last bit.
module FormulaTests =
    /// The bits of all that a loss says of a batch: cost, losses, gradient and Hessian.
    let private bits<'T
        when 'T: equality and 'T: unmanaged and 'T: struct and 'T: (new: unit -> 'T) and 'T :> ValueType>
        (loss: ISecondOrderLoss<'T, 'T>)
        (predictions: 'T[])
        (targets: 'T[])
        =
        let losses = Array.zeroCreate<'T> (predictions.Length / loss.Shape.Predictions)
        let gradient = Array.zeroCreate<'T> predictions.Length
        let hessian = Array.zeroCreate<'T> predictions.Length
        loss.PerExample(predictions, targets, losses) |> ignore
        let cost = loss.ValueGradientAndHessian(predictions, targets, gradient, hessian)
        let bytes (numbers: 'T[]) = MemoryMarshal.AsBytes(ReadOnlySpan numbers).ToArray()
        Assert.True(Double.IsFinite cost.Mean && cost.Mean > 0.0)
        Assert.True(losses |> Array.distinct |> Array.length > 10)
        Assert.True(gradient |> Array.distinct |> Array.length > 1)
        cost, bytes losses, bytes gradient, bytes hessian

    /// In both precisions, with vectors and what is left of them.
    let private same
        (ofDoubles: ISecondOrderLoss<float, float> list)
        (ofSingles: ISecondOrderLoss<float32, float32> list)
        (predictions: Random -> float)
        (targets: (Random -> float) list)
        =
        for length in [ 37; 4099 ] do
            let random = Random 5
            let x = Array.init length (fun _ -> predictions random)
            let t = Array.init (length * targets.Length) (fun i -> targets[i % targets.Length] random)
            let doubles = ofDoubles |> List.map (fun loss -> bits loss x t)
            let singles = ofSingles |> List.map (fun loss -> bits loss (Array.map float32 x) (Array.map float32 t))
            Assert.Equal(doubles[1], doubles[0])
            Assert.Equal(singles[1], singles[0])

    let private logit (random: Random) = 20.0 * random.NextDouble() - 10.0

    [<Fact>]
    let ``A pointwise formula`` () =
        same
            [ Loss.FromFormula<float, _>(MissedPositive 10.0); Loss.FromFormula<float, _>(CSharpMissedPositive 10.0) ]
            [ Loss.FromFormula<float32, _>(MissedPositive 10.0)
              Loss.FromFormula<float32, _>(CSharpMissedPositive 10.0) ]
            logit
            [ fun random -> float (random.Next 2) ]

    [<Fact>]
    let ``A formula of a margin`` () =
        same
            [ Loss.FromMarginFormula<float, _>(SoftMargin 1.5); Loss.FromMarginFormula<float, _>(CSharpSoftMargin 1.5) ]
            [ Loss.FromMarginFormula<float32, _>(SoftMargin 1.5)
              Loss.FromMarginFormula<float32, _>(CSharpSoftMargin 1.5) ]
            logit
            [ fun random -> float (2 * random.Next 2 - 1) ]

    [<Fact>]
    let ``A formula of a tuple`` () =
        same
            [ Loss.FromTupleFormula<float, _>(PlainTuple(PricedError 2.5))
              Loss.FromTupleFormula<float, _>(CSharpPricedError 2.5) ]
            [ Loss.FromTupleFormula<float32, _>(PlainTuple(PricedError 2.5))
              Loss.FromTupleFormula<float32, _>(CSharpPricedError 2.5) ]
            logit
            [ logit; (fun random -> random.NextDouble()) ]

    [<Fact>]
    let ``Modifiers go around it`` () =
        let modified (loss: PointwiseLoss<float>) = loss.ClassWeighted(2.0, 1.0).Clipped(5.0).Scaled(0.5)

        same
            [ modified (Loss.FromFormula<float, _>(MissedPositive 10.0))
              modified (Loss.FromFormula<float, _>(CSharpMissedPositive 10.0)) ]
            [ Loss.FromFormula<float32, _>(MissedPositive 10.0).Plus(Loss.SquaredError<float32>())
              Loss.FromFormula<float32, _>(CSharpMissedPositive 10.0).Plus(Loss.SquaredError<float32>()) ]
            logit
            [ fun random -> float (random.Next 2) ]

    [<Fact>]
    let ``Parameters are checked and named`` () =
        let error = Assert.Throws<ArgumentOutOfRangeException>(fun () -> MissedPositive nan |> ignore)
        Assert.Equal("missCost", error.ParamName)

    [<Fact>]
    let ``Nothing is allocated`` () =
        let loss = Loss.FromTupleFormula<float, _>(PlainTuple(PricedError 2.5))
        let x, t, slopes = Array.zeroCreate<float> 512, Array.zeroCreate<float> 1024, Array.zeroCreate<float> 512
        let call () = loss.ValueAndGradient(x, t, slopes) |> ignore
        call ()
        let before = GC.GetAllocatedBytesForCurrentThread()
        call ()
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread())

    [<Fact>]
    let ``An index beyond what the formula has is refused`` () =
        let loss = Loss.FromTupleFormula<float, _>(PlainTuple(TooMany()))
        let x, t = [| 1.0 |], [| 2.0 |]
        let error = Assert.Throws<ArgumentOutOfRangeException>(fun () -> loss.Value(x, t) |> ignore)
        Assert.Contains("targets number 1", error.Message)

    [<Fact>]
    let ``Losses are called, modified and found by their names`` () =
        let cost, gradient, ofNamed = Training.calls ()
        Assert.Equal((0.005 + 0.08 + 4.0 * 0.045 + 6.4) / 4.0, cost.Mean, 1e-12)
        Assert.Equal<float>([| 0.025; 0.1; -0.3; 0.25 |], gradient |> Array.map (fun slope -> Math.Round(float slope, 12)))
        Assert.Equal(cost, ofNamed)
        let decisions, margins, orders = Training.losses ()
        Assert.Equal(10.0, decisions.At(0.0, 1.0).Loss, 1e-12)
        Assert.Equal(5.0, margins.At(-9.0, 1.0).Loss, 1e-12)
        let ordered, sold = [| 10.0; 4.0 |], [| 8.0; 0.5; 6.0; 0.25 |]
        Assert.Equal(2.5 * 2.0 + 0.25 * 2.0, orders.Value(ordered, sold).Sum, 1e-12)

    /// Each operator and function is the lane's own.
    [<Fact>]
    let ``Operators and functions are those of lanes`` () =
        let loss (operations: int) = Loss.FromFormula<float, _>(Operations operations)

        let expected =
            [ fun x -> x + 2.0
              fun x -> 2.0 + x
              fun x -> x + 3.0
              fun x -> 3.0 + x
              fun x -> x - 2.0
              fun x -> 2.0 - x
              fun x -> x - 3.0
              fun x -> 3.0 - x
              fun x -> x * 2.0
              fun x -> 2.0 * x
              fun x -> x * 3.0
              fun x -> 3.0 * x
              fun x -> x / 2.0
              fun x -> 2.0 / x
              fun x -> x / 3.0
              fun x -> 3.0 / x
              fun x -> x + 0.25
              fun x -> x - 0.25
              fun x -> x * 0.25
              fun x -> x / 0.25
              fun x -> -x
              fun x -> if x > 0.25 then x else 2.0
              fun x -> x * 0.25
              fun x -> min x 0.25
              fun x -> max x 0.25
              fun x -> min x 0.25
              fun x -> max x 0.25
              fun x -> max -0.5 (min x 0.5)
              fun x -> (abs x) ** 3.0
              id
              id
              fun x -> x * x
              abs
              fun x -> max x 0.0
              fun x -> sqrt (abs x)
              exp
              fun x -> exp x - 1.0
              fun x -> exp x - 1.0 - x
              fun x -> log (abs x)
              fun x -> log (1.0 + abs x)
              fun x -> abs x - log (1.0 + abs x)
              fun x -> log (1.0 + exp x)
              fun x -> 1.0 / (1.0 + exp -x)
              fun x -> sin (Math.PI * x)
              tanh
              fun x -> log (cosh x)
              fun x -> x + Double.MinValue * 0.0 ]

        for x in [ 0.7; -1.3; 2.9 ] do
            expected
            |> List.iteri (fun i f -> Assert.Equal(f x, (loss i).At(x, 0.25).Loss, 1e-12))

    [<Fact>]
    let ``A model is trained`` () =
        let random = Random 3
        let feature = Array.init 400 (fun _ -> 4.0 * random.NextDouble() - 2.0)
        let chance x = 1.0 / (1.0 + exp (-3.0 * x))
        let labels = feature |> Array.map (fun x -> if random.NextDouble() < chance x then 1.0 else 0.0)
        let loss = Loss.FromFormula<float, _>(MissedPositive 10.0)
        let weight, intercept, cost = Training.train loss feature labels
        let ofCSharp = Training.train (Loss.FromFormula<float, _>(CSharpMissedPositive 10.0)) feature labels

        // Deciding always for one class costs at least 0.4.
        Assert.Equal(ofCSharp, (weight, intercept, cost))
        Assert.True(cost.Mean < 0.4 && weight > 1.0 && intercept > 0.5, $"{weight}, {intercept}, {cost}")
