using LanguageModelHead;
using Toolbox;

SampleConsole.Prepare();
Text text = Text.OfDocumentation();
LanguageModel model = new(text.Vocabulary.Length, new(1));
Report.Introduction(text, model);
Epoch[] epochs = [.. SampleConsole.WithProgress(
    ["next word"],
    label => $"[#1f77b4]{label}[/]",
    Training.Epochs,
    lines: Training.Epochs,
    (_, onEpoch) => Training.Run(model, text, onEpoch)).Single()];
Report.Perplexity(text, epochs);
Report.Memory(text);
Report.Speech(text, model);
