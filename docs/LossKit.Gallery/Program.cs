using LossKit.Gallery;

// Writes a page and a picture of every loss into a folder: docs/_gallery, where the site looks for them.
if (args is not [string folder, string peersFile])
{
    Console.Error.WriteLine("Usage: LossKit.Gallery FOLDER PEERS.csv");
    return 1;
}

ILookup<string, Peer> peers = Peer.Read(peersFile).ToLookup(peer => peer.Factory);
(Factory Factory, ExampleSource Source)[] examples =
    [.. Factory.All.Select(factory => (factory, new ExampleSource(factory)))];
ExampleAssembly assembly = new(examples.Select(example => example.Source));
Directory.CreateDirectory(folder);
foreach ((Factory factory, ExampleSource source) in examples)
{
    LossPage page = new(factory, source, assembly.Run(factory.Name), [.. peers[factory.Name]]);
    File.WriteAllText(Path.Combine(folder, $"{factory.Name}.md"), page.Markdown);
    File.WriteAllText(Path.Combine(folder, $"{factory.Name}.svg"), source.Picture(assembly));
}

File.WriteAllText(Path.Combine(folder, "index.md"), IndexPage.Markdown);
File.WriteAllText(Path.Combine(folder, "toc.yml"), IndexPage.Toc);
Console.WriteLine($"{examples.Length} losses and metrics are in {folder}.");
return 0;
