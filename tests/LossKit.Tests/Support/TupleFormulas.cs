using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Tests.Support;

/// <summary>Formulas of every shape that the engine of tuples treats differently.</summary>
internal static class TupleFormulas
{
    public static TheoryData<string> Names =>
        ["normal", "boxes", "preference", "priced", "bounded", "alone", "six", "wide"];

    /// <summary>The loss of that name and, as column by column, some predictions and targets for it.</summary>
    public static TupleLoss<T> Loss<T>(string name) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "normal" => LossKit.Loss.NormalNll<T>(),
        "boxes" => LossKit.Loss.BoxGiou<T>(),
        "preference" => LossKit.Loss.FromPreferenceFormula<T, Dpo>(new(0.5, 0.1)),
        "priced" => LossKit.Loss.FromTupleFormula<T, PricedError>(default),
        "bounded" => LossKit.Loss.FromTupleFormula<T, Bounded>(default),
        "alone" => LossKit.Loss.BradleyTerry<T>(centering: 0.1),
        "six" => LossKit.Loss.FromTupleFormula<T, Six>(default),
        _ => LossKit.Loss.FromTupleFormula<T, Wide>(default),
    };

    /// <summary>Numbers as the loss wants them, example by example.</summary>
    public static (T[] Predictions, T[] Targets, T[] Weights) Batch<T>(
        TupleLoss<T> loss, string name, int length, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] predictions = Numbers(loss.Predictions);
        T[] targets = Numbers(loss.Targets);
        T[] weights = [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(0.1 + 2 * random.NextDouble()))];
        return (predictions, targets, weights);

        T[] Numbers(int width) =>
        [
            .. Enumerable.Range(0, length * width).Select(i => T.CreateTruncating(
                4 * random.NextDouble() - 2 + (name == "boxes" && i % width >= 2 ? 4 : 0))),
        ];
    }

    /// <summary>Examples × width numbers, column by column.</summary>
    public static T[] ToPlanar<T>(T[] rows, int width)
    {
        int length = width == 0 ? 0 : rows.Length / width;
        return [.. Enumerable.Range(0, rows.Length).Select(i => rows[i % length * width + i / length])];
    }
}

/// <summary>|p − t| times a price, an input of each example that is neither a prediction nor what is true.</summary>
internal readonly struct PricedError : ITupleFormula
{
    public static int Predictions => 1;

    public static int Targets => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => x.Target(1) * TLane.Abs(x[0] - x.Target(0));
}

/// <summary>How far a prediction is out of bounds, which may be infinite; NaN would be lost by itself.</summary>
internal readonly struct Bounded : ITupleFormula
{
    public static int Predictions => 1;

    public static int Targets => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct => TLane.SelectGreater(
            x.Target(0), x[0], TLane.Square(x.Target(0) - x[0]),
            TLane.SelectGreater(x[0], x.Target(1), TLane.Square(x[0] - x.Target(1)), 0.0));
}

/// <summary>More predictions than there are directions with a loop of their own.</summary>
internal readonly struct Six : ITupleFormula
{
    public static int Predictions => 6;

    public static int Targets => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        TLane.Square(x[0] * x[5]) + TLane.Exp(x[1] - x[4]) + x[2] * TLane.Square(x[3]);
}

/// <summary>More numbers than blocks of the usual length have room for.</summary>
internal readonly struct Wide : ITupleFormula
{
    public static int Predictions => 7;

    public static int Targets => 20;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane sum = TLane.Square(x[0]);
        for (int k = 1; k < Predictions; k++)
        {
            sum += k * TLane.Square(x[k] - x.Target(3 * k - 1));
        }

        return sum + x.Target(0) * x.Target(1);
    }
}
