using System.Numerics;

namespace LossKit.Conformance;

/// <summary>Numbers of one or several arrays of a case in the order in which a loss takes them.</summary>
/// <param name="given">The case.</param>
/// <param name="places">From which array each number is, and from where in it.</param>
internal sealed class Gathering<T>(Case given, IReadOnlyList<(string Array, int Index)> places)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public IReadOnlyList<(string Array, int Index)> Places { get; } = places;

    public T[] Numbers { get; } =
        [.. places.Select(place => T.CreateTruncating(given.Inputs[place.Array][place.Index]))];

    /// <summary>One array after the other.</summary>
    public static Gathering<T> Of(Case given, params IEnumerable<string> arrays) => new(
        given,
        [.. arrays.SelectMany(array => Enumerable.Range(0, given.Inputs[array].Length).Select(i => (array, i)))]);

    /// <summary>All numbers of the first example, then of the second, and so on.</summary>
    public static Gathering<T> ByExample(Case given, IReadOnlyList<string> arrays, int examples) => new(
        given,
        [
            .. Enumerable.Range(0, examples).SelectMany(example => arrays.SelectMany(array =>
            {
                int width = given.Inputs[array].Length / examples;
                return Enumerable.Range(example * width, width).Select(i => (array, i));
            })),
        ]);

    /// <summary>The same numbers column by column, <paramref name="width"/> being those of an example.</summary>
    public Gathering<T> Planar(int width) => new(
        given, [.. Enumerable.Range(0, width).SelectMany(column => Places.Where((_, i) => i % width == column))]);

    /// <summary>The numbers by their arrays.</summary>
    public Parts<T> Parts() => Parts(Numbers);

    /// <summary>Others that lie as the numbers do, by their arrays.</summary>
    public Parts<T> Parts(T[] numbers) => new(numbers, Places);

    /// <summary>Derivatives by the arrays of the case.</summary>
    public IEnumerable<(string Array, double[] Numbers)> Scatter(T[] derivatives) =>
        given.Differentiated.Select(array =>
        {
            double[] numbers = new double[given.Inputs[array].Length];
            for (int i = 0; i < derivatives.Length; i++)
            {
                if (Places[i].Array == array)
                {
                    numbers[Places[i].Index] = double.CreateTruncating(derivatives[i]);
                }
            }

            return (array, numbers);
        });
}

/// <summary>Numbers of several arrays, one array after the other.</summary>
internal sealed class Parts<T>(T[] numbers, IReadOnlyList<(string Array, int Index)> places)
{
    public Span<T> this[string array] => numbers.AsSpan(
        places.TakeWhile(place => place.Array != array).Count(), places.Count(place => place.Array == array));
}
