using System.Globalization;
using System.Text.Json;

namespace LossKit.LightGbm.Internals;

/// <summary>Parameters as LightGBM reads them: <c>name=value</c>, one after the other.</summary>
internal static class Parameters
{
    /// <summary>What the options or the loss say, by LightGBM's names, and who says it.</summary>
    private static readonly Dictionary<string, string> s_taken = new()
    {
        ["num_iterations"] = nameof(LightGbmOptions.Rounds),
        ["learning_rate"] = nameof(LightGbmOptions.LearningRate),
        ["num_leaves"] = nameof(LightGbmOptions.Leaves),
        ["min_data_in_leaf"] = nameof(LightGbmOptions.MinimumExamples),
        ["lambda_l2"] = nameof(LightGbmOptions.L2),
        ["num_threads"] = nameof(LightGbmOptions.Threads),
        ["seed"] = nameof(LightGbmOptions.Seed),
        ["early_stopping_round"] = "LightGbmValidation.Patience",
        ["objective"] = "the loss",
        ["num_class"] = "the loss",
        ["metric"] = "LightGbmValidation.Metrics",
    };

    /// <summary>Each name and alias, with the name it stands for.</summary>
    private static readonly Lazy<Dictionary<string, string>> s_names = new(ReadNames);

    /// <param name="options">The options.</param>
    /// <param name="objective">What LightGBM is to know of the loss, by names and values.</param>
    /// <exception cref="ArgumentException">
    /// A parameter is unknown, is taken, or has no value that can be passed on.
    /// </exception>
    public static Dictionary<string, string> Of(
        LightGbmOptions options, params ReadOnlySpan<(string Name, string Value)> objective)
    {
        Dictionary<string, string> all = new()
        {
            ["verbosity"] = "-1",
            ["deterministic"] = "true",
            ["force_col_wise"] = "true",
            ["num_iterations"] = Text(options.Rounds),
            ["learning_rate"] = Text(options.LearningRate),
            ["num_leaves"] = Text(options.Leaves),
            ["min_data_in_leaf"] = Text(options.MinimumExamples),
            ["lambda_l2"] = Text(options.L2),
            ["num_threads"] = Text(options.Threads),
            ["seed"] = Text(options.Seed),
        };
        HashSet<string> given = [];
        foreach ((string name, string value) in objective)
        {
            all[name] = value;
        }

        foreach ((string name, string value) in options.Parameters)
        {
            if (!s_names.Value.TryGetValue(name, out string? canonical))
            {
                throw Refusal($"'{name}' is no parameter of LightGBM.");
            }

            // The caller names an objective of LightGBM's own, and may say of how many classes it is.
            bool isOfLoss = all.ContainsKey("objective");
            if (s_taken.TryGetValue(canonical, out string? owner) && (isOfLoss || canonical != "num_class"))
            {
                throw Refusal(
                    $"'{name}' is set by {(isOfLoss || canonical != "objective" ? owner : "'objective'")}.");
            }

            if (string.IsNullOrEmpty(value) || value.Any(char.IsWhiteSpace) || value.Contains('='))
            {
                throw Refusal($"'{name}' is '{value}': expected a value without spaces and '='.");
            }

            // The initial score is added to leaves, and those of linear trees have more than a value.
            if (canonical == "linear_tree" && !IsOff(value))
            {
                throw Refusal("'linear_tree' is not supported.");
            }

            if (!given.Add(canonical))
            {
                throw Refusal($"'{name}' is there twice, by another name.");
            }

            all[canonical] = value;
        }

        if (all.TryGetValue("force_row_wise", out string? rowWise) && !IsOff(rowWise))
        {
            all.Remove("force_col_wise");
        }

        return all;
    }

    public static string Joined(Dictionary<string, string> all) =>
        string.Join(' ', all.Select(parameter => $"{parameter.Key}={parameter.Value}"));

    public static string Text<T>(T number) where T : IFormattable =>
        number.ToString(null, CultureInfo.InvariantCulture);

    private static bool IsOff(string value) => value is "false" or "0" or "-";

    private static ArgumentException Refusal(string message) =>
        Guards.Refusal(nameof(LightGbmOptions.Parameters), message);

    private static unsafe Dictionary<string, string> ReadNames()
    {
        using JsonDocument parameters = JsonDocument.Parse(Native.Text(Native.DumpParameterAliases));
        Dictionary<string, string> names = [];
        foreach (JsonProperty parameter in parameters.RootElement.EnumerateObject())
        {
            names[parameter.Name] = parameter.Name;
            foreach (JsonElement alias in parameter.Value.EnumerateArray())
            {
                names[alias.GetString()!] = parameter.Name;
            }
        }

        return names;
    }
}
