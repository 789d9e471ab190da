using System.Globalization;

namespace LossKit.ML.Columns;

/// <summary>What a metric is given for a number of a column.</summary>
internal interface IEncoding<TTarget>
{
    /// <param name="number">What the column has.</param>
    /// <param name="column">Its name, for errors.</param>
    /// <param name="row">The row, for errors.</param>
    static abstract TTarget Encode(double number, string column, long row);
}

/// <summary>The number itself.</summary>
internal readonly struct Numbers : IEncoding<float>
{
    public static float Encode(double number, string column, long row) => (float)number;
}

/// <summary>+1 of what is positive, −1 of what is not, as ML.NET takes labels of two classes.</summary>
internal readonly struct Signs : IEncoding<float>
{
    public static float Encode(double number, string column, long row) =>
        double.IsNaN(number) ? float.NaN : number > 0 ? 1 : -1;
}

/// <summary>The number of a class, from 0.</summary>
internal readonly struct Labels : IEncoding<int>
{
    public static int Encode(double number, string column, long row) =>
        number >= int.MinValue && number <= int.MaxValue && Math.Truncate(number) == number
            ? (int)number
            : throw Refusal.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"The column '{column}' is {number} in row {row} of the data: expected the number of a class."));
}
