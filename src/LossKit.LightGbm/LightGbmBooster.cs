using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LossKit.LightGbm;

/// <summary>
/// A trained model: raw scores, predictions through the link of its loss, and its text, which LightGBM reads anywhere.
/// </summary>
/// <remarks>
/// The initial scores are in the leaves of the first trees. Any number of threads may predict at a time. Disposing
/// frees LightGBM's memory; a prediction that is under way is finished first.
/// </remarks>
public sealed class LightGbmBooster : IDisposable
{
    /// <summary>What begins the line, after LightGBM's text, of what it does not know.</summary>
    private const string Header = "losskit:";

    private readonly BoosterHandle _booster;

    private LightGbmBooster(string model, double[]? initial, LightGbmLink link, string loss)
    {
        Native.Check(Native.BoosterLoadModelFromString(model, out int rounds, out _booster));
        Native.Check(Native.BoosterNumModelPerIteration(_booster, out int predictions));
        Native.Check(Native.BoosterGetNumFeature(_booster, out int columns));
        (Rounds, Predictions, Columns, Link, Loss) = (rounds, predictions, columns, link, loss);
        FeatureNames = NamesIn(model);
        if (initial is not null)
        {
            AddToLeaves(initial);
        }
    }

    /// <summary>How many rounds of boosting it is made of.</summary>
    public int Rounds { get; }

    /// <summary>How many predictions an example has.</summary>
    public int Predictions { get; }

    /// <summary>How many features an example has.</summary>
    public int Columns { get; }

    /// <summary>The names of the features.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>What makes predictions of raw scores.</summary>
    public LightGbmLink Link { get; }

    /// <summary>
    /// How the loss was made that it was trained by, as <see cref="LossKit.Loss.Parse{T, TLoss}"/> reads it; empty if
    /// it is not known.
    /// </summary>
    public string Loss { get; }

    /// <summary>Reads a model, of <see cref="ToString"/> or of LightGBM itself.</summary>
    /// <remarks>
    /// Predictions of a model of LightGBM's own are as LightGBM transforms them. Lines may end as on any system.
    /// </remarks>
    /// <param name="model">The text.</param>
    /// <exception cref="LightGbmException">It is no model of LightGBM, or not all of one.</exception>
    /// <exception cref="FormatException">It is one, but what LossKit wrote after it cannot be read.</exception>
    public static LightGbmBooster Parse(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model = ModelText.WithLineFeeds(model);
        ModelText.Check(model);
        model = ModelText.WithoutSizes(model);
        int at = model.LastIndexOf($"\n{Header}", StringComparison.Ordinal);
        if (at < 0)
        {
            return new(model, null, LightGbmLink.Identity, "");
        }

        try
        {
            using JsonDocument line = JsonDocument.Parse(model[(at + 1 + Header.Length)..]);
            string name = line.RootElement.GetProperty("link").GetString()!;
            LightGbmLink link = Enum.Parse<LightGbmLink>(name);
            if (!Enum.IsDefined(link))
            {
                // Of a number it makes a link that is none.
                throw new FormatException($"The model's link is '{name}': must be one of LightGbmLink.");
            }

            return new(model[..(at + 1)], null, link, line.RootElement.GetProperty("loss").GetString()!);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or ArgumentException
            or InvalidOperationException)
        {
            throw new FormatException($"The line '{Header}' of the model cannot be read.", exception);
        }
    }

    /// <summary>Reads a model from a file.</summary>
    /// <inheritdoc cref="Parse"/>
    /// <param name="path">The file.</param>
    public static LightGbmBooster Load(string path) => Parse(File.ReadAllText(path));

    /// <summary>Writes the model to a file.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => File.WriteAllText(path, ToString());

    /// <summary>
    /// The model as text: that of LightGBM, initial scores included, and a line that only <see cref="Parse"/> reads.
    /// </summary>
    public override string ToString()
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line))
        {
            writer.WriteStartObject();
            writer.WriteString("link", Link.ToString());
            writer.WriteString("loss", Loss);
            writer.WriteEndObject();
        }

        return $"{Text(_booster, 0)}{Header}{Encoding.UTF8.GetString(line.ToArray())}\n";
    }

    /// <summary>
    /// What the model predicts: probabilities, means, quantiles, whatever the link makes of its scores.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="features">The features, row by row.</param>
    /// <returns>Rows × <see cref="Predictions"/>, row by row.</returns>
    /// <exception cref="ArgumentException">The features are no whole rows.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public double[] Predict<T>(ReadOnlySpan<T> features) where T : unmanaged
    {
        double[] predictions = new double[Rows(features) * Predictions];
        Predict(features, predictions);
        return predictions;
    }

    /// <summary>The same, into memory of the caller's.</summary>
    /// <inheritdoc cref="Predict{T}(ReadOnlySpan{T})" path="/typeparam"/>
    /// <param name="features">The features, row by row.</param>
    /// <param name="predictions">Receives rows × <see cref="Predictions"/>, row by row.</param>
    /// <param name="threads">How many threads LightGBM uses; 0 for as many as OpenMP gives it.</param>
    /// <exception cref="ArgumentException">
    /// The features are no whole rows, or there are not as many predictions.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void Predict<T>(ReadOnlySpan<T> features, Span<double> predictions, int threads = 0) where T : unmanaged
    {
        Run(features, predictions, Native.Normal, threads);
        switch (Link)
        {
            case LightGbmLink.Log:
                LossKit.Link.Log.Invert(predictions, predictions);
                break;
            case LightGbmLink.Logit:
                LossKit.Link.Logit.Invert(predictions, predictions);
                break;
            case LightGbmLink.Softmax:
                for (int start = 0; start < predictions.Length; start += Predictions)
                {
                    Softmax(predictions.Slice(start, Predictions));
                }

                break;
            case LightGbmLink.Identity:
            default:
                break;
        }
    }

    /// <summary>What the trees add up to, before the link: what losses and metrics take.</summary>
    /// <inheritdoc cref="Predict{T}(ReadOnlySpan{T})"/>
    public double[] PredictRaw<T>(ReadOnlySpan<T> features) where T : unmanaged
    {
        double[] scores = new double[Rows(features) * Predictions];
        PredictRaw(features, scores);
        return scores;
    }

    /// <summary>The same, into memory of the caller's.</summary>
    /// <inheritdoc cref="Predict{T}(ReadOnlySpan{T}, Span{double}, int)"/>
    /// <param name="features">The features, row by row.</param>
    /// <param name="scores">Receives rows × <see cref="Predictions"/>, row by row.</param>
    /// <param name="threads">How many threads LightGBM uses; 0 for as many as OpenMP gives it.</param>
    public void PredictRaw<T>(ReadOnlySpan<T> features, Span<double> scores, int threads = 0) where T : unmanaged =>
        Run(features, scores, Native.RawScore, threads);

    /// <summary>
    /// By how much splits at each feature have made the objective better, in the order of the columns.
    /// </summary>
    public double[] Gains() => Importances(1);

    /// <summary>How many splits there are at each feature, in the order of the columns.</summary>
    public double[] Splits() => Importances(0);

    /// <inheritdoc/>
    public void Dispose() => _booster.Dispose();

    /// <summary>A model by itself of what was trained, without the data.</summary>
    /// <param name="trained">What was trained.</param>
    /// <param name="rounds">How many of its rounds are kept; 0 for all.</param>
    /// <param name="initial">What is to be added to its scores, prediction by prediction.</param>
    /// <param name="link">What makes predictions of scores.</param>
    /// <param name="loss">What it was trained by.</param>
    internal static LightGbmBooster Of(
        BoosterHandle trained, int rounds, double[]? initial, LightGbmLink link, string loss) =>
        new(Text(trained, rounds), initial, link, loss);

    private static unsafe string Text(BoosterHandle booster, int rounds) => Native.Text(
        (size, needed, text) => Native.BoosterSaveModelToString(booster, 0, rounds, 0, size, needed, text));

    private static void Softmax(Span<double> row)
    {
        double largest = double.NegativeInfinity;
        foreach (double score in row)
        {
            largest = Math.Max(largest, score);
        }

        double sum = 0;
        foreach (ref double score in row)
        {
            score = Math.Exp(score - largest);
            sum += score;
        }

        foreach (ref double score in row)
        {
            score /= sum;
        }
    }

    private static string[] NamesIn(string model)
    {
        const string Names = "\nfeature_names=";
        int start = model.IndexOf(Names, StringComparison.Ordinal) + Names.Length;
        return model[start..model.IndexOf('\n', start)].Split(' ');
    }

    private unsafe void AddToLeaves(double[] initial)
    {
        // Of the first round only, whose trees are one for each prediction.
        string dump = Native.Text(
            (size, needed, text) => Native.BoosterDumpModel(_booster, 0, 1, 0, size, needed, text));
        using JsonDocument model = JsonDocument.Parse(dump);
        int tree = 0;
        foreach (JsonElement description in model.RootElement.GetProperty("tree_info").EnumerateArray())
        {
            for (int leaf = 0; leaf < description.GetProperty("num_leaves").GetInt32(); leaf++)
            {
                Native.Check(Native.BoosterGetLeafValue(_booster, tree, leaf, out double value));
                Native.Check(Native.BoosterSetLeafValue(_booster, tree, leaf, initial[tree] + value));
            }

            tree++;
        }
    }

    private int Rows<T>(ReadOnlySpan<T> features) => features.Length % Columns == 0
        ? features.Length / Columns
        : throw new ArgumentException(
            $"'features' has {features.Length} entries: expected rows of {Columns} columns.", nameof(features));

    private unsafe void Run<T>(ReadOnlySpan<T> features, Span<double> output, int what, int threads) where T : unmanaged
    {
        int type = typeof(T) == typeof(double) ? Native.Float64
            : typeof(T) == typeof(float) ? Native.Float32
            : throw new NotSupportedException($"Features are {typeof(T)}: expected float or double.");
        int rows = Rows(features);
        if (output.Length != rows * Predictions)
        {
            throw new ArgumentException(
                $"The output has {output.Length} entries, but must have {rows * Predictions}, {Predictions} for each "
                + $"of {rows} rows.",
                nameof(output));
        }

        Guards.AtLeast(0, threads, nameof(threads));
        if (rows == 0)
        {
            ObjectDisposedException.ThrowIf(_booster.IsClosed, this);
            return;
        }

        fixed (T* from = features)
        fixed (double* to = output)
        {
            Native.Check(Native.BoosterPredictForMat(
                _booster,
                from,
                type,
                rows,
                Columns,
                1,
                what,
                0,
                0,
                string.Create(CultureInfo.InvariantCulture, $"verbosity=-1 num_threads={threads}"),
                out _,
                to));
        }
    }

    private unsafe double[] Importances(int type)
    {
        double[] importances = new double[Columns];
        fixed (double* all = importances)
        {
            Native.Check(Native.BoosterFeatureImportance(_booster, 0, type, all));
        }

        return importances;
    }
}
