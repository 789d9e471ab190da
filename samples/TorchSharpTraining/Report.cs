using CostSensitiveDiagnosis;
using Spectre.Console;
using Toolbox;

namespace TorchSharpTraining;

/// <summary>What is printed before and after training.</summary>
internal static class Report
{
    public static void Introduction()
    {
        using Split split = new(seed: 1);
        AnsiConsole.MarkupLine("[bold]A network of TorchSharp, trained by what its errors cost[/]");
        AnsiConsole.WriteLine(
            $"{split.Train.shape[0]} patients to train on, {split.Test.shape[0]} held out, {Training.Splits} times "
            + "anew.");
        AnsiConsole.WriteLine(
            $"{split.Train.shape[1]} inputs, {Training.Hidden} ReLUs, a logit; {Training.Steps} steps of AdamW on all "
            + "of them.");
        AnsiConsole.WriteLine(
            $"A missed malignancy costs {BusinessCost.MissedMalignancy}, a false alarm {BusinessCost.FalseAlarm}.");
        AnsiConsole.WriteLine();
    }

    /// <summary>Losses that torch and LossKit both have, on one network.</summary>
    public static void Same(
        (string Name, Loss<Tensor, Tensor, Tensor> Torchs, Loss<Tensor, Tensor, Tensor> LossKits)[] losses)
    {
        Table table = SampleConsole.Table("the same loss", "torch", "LossKit", "gradients apart");
        foreach ((string name, Loss<Tensor, Tensor, Tensor> torchs, Loss<Tensor, Tensor, Tensor> lossKits) in losses)
        {
            (float theirs, float[] expected) = Gradients(torchs);
            (float ours, float[] actual) = Gradients(lossKits);
            double difference = expected.Zip(actual, (one, other) => Math.Abs(one - (double)other)).Max()
                / expected.Max(Math.Abs);
            table.AddRow(name, $"{theirs:F6}", $"{ours:F6}", $"{difference:E0}");
        }

        AnsiConsole.WriteLine(
            "An untrained network; how far its gradients are apart at most, as a part of the largest:");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    public static void Costs(Result[] results)
    {
        Table table = SampleConsole.Table("trained by", "missed", "false alarms", "cost", "seconds");
        foreach (Result result in results)
        {
            AddRow(result.Candidate.Name, result.AtZero, $"{result.Seconds:F1}");
        }

        AddRow($"torch's, decided at 1/{1 / BusinessCost.Decisions.CalibratedThreshold:F0}", results[0].AtCheapest, "");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            $"The held-out patients of all {Training.Splits} splits, malignant from a logit of 0 on:");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("Last: the probability from which on an alarm is the cheaper decision.");
        AnsiConsole.WriteLine();

        void AddRow(string name, Outcome[] outcomes, string seconds) => table.AddRow(
            name,
            $"{outcomes.Sum(outcome => outcome.Missed):F0}",
            $"{outcomes.Sum(outcome => outcome.FalseAlarms):F0}",
            $"{outcomes.Sum(outcome => outcome.Cost):F0}",
            seconds);
    }

    /// <summary>By the numbers, whichever is the cheaper.</summary>
    public static void Conclusion(Result plain, Result weighted, Result own)
    {
        AnsiConsole.WriteLine($"What {own.Candidate.Name} costs of what others do, and in how many splits:");
        Compare("torch's cross-entropy", plain.AtZero);
        Compare("torch's with a weight", weighted.AtZero);
        Compare("torch's with a threshold", plain.AtCheapest);

        void Compare(string name, Outcome[] others)
        {
            double share = own.AtZero.Sum(outcome => outcome.Cost) / others.Sum(outcome => outcome.Cost);
            int cheaper = own.AtZero.Zip(others).Count(pair => pair.First.Cost < pair.Second.Cost);
            int dearer = own.AtZero.Zip(others).Count(pair => pair.First.Cost > pair.Second.Cost);
            AnsiConsole.WriteLine($"  {name,-25} {share,5:P0}, cheaper in {cheaper}, dearer in {dearer}");
        }
    }

    private static (float Value, float[] Gradients) Gradients(Loss<Tensor, Tensor, Tensor> loss)
    {
        using Split split = new(seed: 1);
        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> network = Training.Network(split.Train.shape[1], seed: 0);
        Tensor value = loss.call(network.call(split.Train), split.TrainTargets);
        value.backward();
        return (
            value.item<float>(),
            [.. network.parameters().SelectMany(parameter => parameter.grad!.data<float>().ToArray())]);
    }
}
