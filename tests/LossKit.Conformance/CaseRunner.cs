using System.Numerics;

namespace LossKit.Conformance;

/// <summary>What one method returned for one field of the case, widened to double.</summary>
internal sealed record Observation(string Method, string Field, double[] Numbers);

/// <summary>Gives a case to its loss, by every method there is, in one precision.</summary>
internal static class CaseRunner<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // What is not written must not pass for the 0 or NaN that is due.
    private static readonly T s_unwritten = T.CreateTruncating(-1.2345e30);

    /// <summary>
    /// What the loss returned, or null if the loss is unknown or takes none of the arrays the case has.
    /// </summary>
    public static IReadOnlyList<Observation>? Run(Case given) => LossFinder.Find<T>(given)
        .Select(loss => Bindings<T>.Of(loss, given).ToList())
        .FirstOrDefault(calls => calls.Count > 0)?
        .SelectMany(call => Run(call, given))
        .ToList();

    private static IEnumerable<Observation> Run(LossCall<T> call, Case given)
    {
        int inputs = call.Inputs.Numbers.Length;
        T[] weights = Array.ConvertAll(given.Inputs.GetValueOrDefault(FieldNames.Weights, []), T.CreateTruncating);
        T[] losses = Unwritten(given.Results.GetValueOrDefault(FieldNames.PerSample)?.Length ?? inputs);
        List<Observation> seen =
        [
            .. Seen(nameof(call.Value), call.Value(weights)),
            .. Seen(nameof(call.PerExample), call.PerExample(losses, weights)),
            new(nameof(call.PerExample), FieldNames.PerSample, Array.ConvertAll(losses, double.CreateTruncating)),
        ];

        if (call.ValueAndGradient is { } first)
        {
            T[] gradient = Unwritten(inputs);
            seen.AddRange(Seen(nameof(call.ValueAndGradient), first(gradient, weights, given.Reduction)));
            seen.AddRange(Derivatives(nameof(call.ValueAndGradient), FieldNames.Gradient, gradient));
        }

        if (call.ValueGradientAndHessian is { } second)
        {
            T[] hessian = Unwritten(inputs);
            T[] gradient = Unwritten(inputs);
            Cost cost = second(gradient, hessian, weights, given.Reduction);
            seen.AddRange(Seen(nameof(call.ValueGradientAndHessian), cost));
            seen.AddRange(Derivatives(nameof(call.ValueGradientAndHessian), FieldNames.Gradient, gradient));
            seen.AddRange(Derivatives(nameof(call.ValueGradientAndHessian), FieldNames.Hessian, hessian));
        }

        return seen;

        IEnumerable<Observation> Seen(string method, Cost cost) =>
        [
            new(method + call.Way, FieldNames.Value, [given.Reduction == Reduction.Mean ? cost.Mean : cost.Sum]),
            new(method + call.Way, FieldNames.Counted, [cost.Count]),
        ];

        IEnumerable<Observation> Derivatives(string method, string field, T[] numbers) => call.Inputs.Scatter(numbers)
            .Select(part => new Observation(method + call.Way, FieldNames.Of(field, part.Array), part.Numbers));
    }

    private static T[] Unwritten(int length)
    {
        T[] buffer = new T[length];
        buffer.AsSpan().Fill(s_unwritten);
        return buffer;
    }
}
