using System.Globalization;
using LossKit.Plots;

namespace LossKit.Gallery;

/// <summary>The example of a page, and the class that runs it and walks along its slice.</summary>
internal sealed class ExampleSource
{
    // A phone shows it at two thirds of its size.
    private const int Width = 600;
    private const int Height = 540;
    private const float LabelSize = 14;
    private const int Points = 401;

    private readonly Factory _factory;
    private readonly ExampleBatch _batch;

    public ExampleSource(Factory factory)
    {
        _factory = factory;
        _batch = ExampleBatches.Of(factory);
        Text = string.Join('\n', ["using LossKit;", "", .. Body(_batch)]);
    }

    /// <summary>The example, as the <c>Program.cs</c> of a new project.</summary>
    public string Text { get; }

    /// <summary>Whether there is a gradient: a metric has none.</summary>
    public bool HasGradient => Differentiated(_batch).Count > 0;

    /// <summary>
    /// A class with <c>Run</c>, which is the example and returns what it prints, and with <c>Walk</c>, which gives the
    /// loss and its derivatives along the slice.
    /// </summary>
    public string Class
    {
        get
        {
            ExampleBatch batch = ExampleBatches.ForPicture(_factory);
            return $$"""
                public static class {{_factory.Name}}Example
                {
                    public static string Run()
                    {
                        using StringWriter Console = new();
                {{Indented(Body(_batch))}}
                        return Console.ToString();
                    }

                    public static double Walk(double x, out double slope, out double curvature)
                    {
                {{Indented(Walk(batch, withHessian: false))}}
                    }

                    public static double WalkWithCurvature(double x, out double slope, out double curvature)
                    {
                {{Indented(Walk(batch, withHessian: HasHessian(batch)))}}
                    }
                }

                """;
        }
    }

    /// <summary>The picture of the loss along the slice, as SVG.</summary>
    public string Picture(ExampleAssembly assembly)
    {
        Slice slice = ExampleBatches.ForPicture(_factory).Slice;
        SliceLoss loss = assembly.Loss(_factory, slice);
        LossCurve curve = LossCurve.Of(loss, [(slice.From + slice.To) / 2], [], 0, slice.From, slice.To, Points);
        Picture picture = HasGradient ? LossPlot.Curve(curve) : LossPlot.Curves(curve);
        picture.Width = Width;
        picture.Height = HasGradient ? Height : Height * 2 / 3;
        picture.Plots[^1].XLabel(slice.Label, LabelSize);
        return picture.ToSvg();
    }

    /// <summary>Whether second derivatives can be asked for.</summary>
    private bool HasHessian(ExampleBatch batch) => HasGradient && (batch.Struct is null || batch.Hessian is not null);

    private IReadOnlyList<string> Differentiated(ExampleBatch batch) => _factory.Loss switch
    {
        NamedMetric and not ParallelLoss => [],
        _ => batch.Differentiated,
    };

    private IEnumerable<string> Body(ExampleBatch batch)
    {
        bool withHessian = _factory.Loss is PointwiseLoss<double>;
        IReadOnlyList<string> gradients = Differentiated(batch);
        return
        [
            .. batch.Declarations,
            .. Outputs(batch, withHessian),
            "",
            $"{_factory.TypeText} {Noun} = {_factory.CallText};",
            $"Cost cost = {Call(batch, withHessian)};",
            $"Console.WriteLine($\"mean {{cost.Mean:G5}} of {{cost.Count}}\");",
            .. gradients.Select((name, k) => Print(OutputName(gradients, k), Array(batch, name))),
            .. withHessian ? new[] { Print("hessian", batch.Arrays[0]) } : [],
        ];
    }

    private IEnumerable<string> Walk(ExampleBatch batch, bool withHessian)
    {
        IReadOnlyList<string> gradients = Differentiated(batch);
        return
        [
            .. batch.Declarations,
            .. Outputs(batch, withHessian),
            $"{_factory.TypeText} {Noun} = {_factory.CallText};",
            .. batch.Slice.Moves.Select(move => $"{move.Array}[{move.Index}] = {move.Value};"),
            $"Cost cost = {Call(batch, withHessian)};",
            gradients.Count == 0 ? "slope = double.NaN;" : $"slope = {Chained(batch, gradients)};",
            withHessian ? $"curvature = hessian[{batch.Slice.Moves[0].Index}];" : "curvature = double.NaN;",
            "return cost.Mean;",
        ];
    }

    private string Noun => HasGradient ? "loss" : "metric";

    private static string Chained(ExampleBatch batch, IReadOnlyList<string> gradients) =>
        string.Join(" + ", batch.Slice.Moves.Select(move =>
        {
            int k = gradients.ToList().FindIndex(name => Array(batch, name).Name == move.Array);
            return $"{OutputName(gradients, k)}[{move.Index}] * ({move.Slope})";
        }));

    private IEnumerable<string> Outputs(ExampleBatch batch, bool withHessian)
    {
        IReadOnlyList<string> gradients = Differentiated(batch);
        IEnumerable<string> lines = gradients.Select((name, k) =>
            $"double[] {OutputName(gradients, k)} = new double[{Array(batch, name).Name}.Length];");
        return withHessian
            ? lines.Append($"double[] hessian = new double[{Array(batch, gradients[0]).Name}.Length];")
            : lines;
    }

    private string Call(ExampleBatch batch, bool withHessian)
    {
        IReadOnlyList<string> gradients = Differentiated(batch);
        if (gradients.Count == 0)
        {
            return $"{Noun}.Value({batch.Inputs})";
        }

        if (batch.Struct is null)
        {
            return withHessian
                ? $"loss.ValueGradientAndHessian({batch.Inputs}, gradient, hessian)"
                : $"loss.ValueAndGradient({batch.Inputs}, gradient)";
        }

        IEnumerable<string> outputs = gradients.Select((name, k) => $"{name} = {OutputName(gradients, k)}");
        outputs = withHessian ? outputs.Append($"{batch.Hessian} = hessian") : outputs;
        return $"loss.ValueAndGradient(batch, new() {{ {string.Join(", ", outputs)} }})";
    }

    private static ExampleArray Array(ExampleBatch batch, string property) =>
        batch.Arrays.First(array => array.Property == property);

    /// <summary>One gradient is the gradient; of several each has the name of what it is of.</summary>
    private static string OutputName(IReadOnlyList<string> gradients, int k) => gradients.Count == 1
        ? "gradient"
        : char.ToLowerInvariant(gradients[k][0]) + gradients[k][1..] + "Gradient";

    private static string Print(string name, ExampleArray of)
    {
        string numbers = of.IsLong ? $"{name}.Take(6)" : name;
        string more = of.IsLong ? ", …" : "";
        string words = string.Concat(name.Select(letter =>
            char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString(CultureInfo.InvariantCulture)));
        return $"Console.WriteLine($\"{words} [{{string.Join(\", \", {numbers}.Select(x => $\"{{x:G4}}\"))}}{more}]\");";
    }

    private static string Indented(IEnumerable<string> lines) =>
        string.Join('\n', lines.Select(line => $"        {line}"));
}
