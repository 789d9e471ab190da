namespace LossKit.LightGbm.Internals;

/// <summary>Rounds of boosting.</summary>
internal static class Training
{
    /// <summary>By a loss.</summary>
    public static LightGbmBooster Run<TTarget>(
        Objective<TTarget> objective,
        LightGbmDataset<TTarget> dataset,
        LightGbmOptions options,
        LightGbmValidation<TTarget>? validation,
        CancellationToken cancellation)
        where TTarget : unmanaged
    {
        int predictions = objective.Shape.Predictions;
        Check(nameof(dataset), dataset, objective);
        if (validation is not null)
        {
            Check(nameof(validation), validation.Dataset, objective);
            if (validation.Dataset.Columns != dataset.Columns)
            {
                throw new ArgumentException(
                    $"'validation' has {validation.Dataset.Columns} columns, but 'dataset' has {dataset.Columns}: they "
                    + "must be the same.",
                    nameof(validation));
            }
        }

        Dictionary<string, string> parameters = Parameters.Of(
            options, ("objective", "none"), ("metric", "none"), ("num_class", Parameters.Text(predictions)));
        bool isLasting = parameters.GetValueOrDefault("boosting") != "dart";
        if (!isLasting && (options.RenewLeaves || validation?.Patience is not null))
        {
            throw new ArgumentException(
                "Trees of 'dart' change in later rounds: neither 'Patience' nor 'RenewLeaves' can be given.",
                nameof(options));
        }

        if (typeof(TTarget) == typeof(int) && options.InitialScores is null)
        {
            // The search for initial scores has one example of each label, which is in another row.
            double[] zeros = new double[dataset.Rows * predictions];
            Try("The loss", nameof(dataset), () => objective.Value(zeros, dataset.Examples));
        }

        double[] initial = Initial(objective, dataset.Examples, options);
        Scores scores = new(dataset.Rows, initial, objective.Shape.IsPlanar);
        Scores? validationScores = validation is null
            ? null
            : new(validation.Dataset.Rows, initial, objective.Shape.IsPlanar);
        if (validation is not null)
        {
            Examples<TTarget> examples = validation.Dataset.Examples;
            Try("The loss", nameof(validation), () => objective.Value(validationScores!.Numbers, examples));
            foreach (LightGbmMetric<TTarget> metric in validation.Metrics)
            {
                Try(
                    $"The metric '{metric.What.Name}'",
                    nameof(validation),
                    () => metric.Of(validationScores!.Numbers, examples));
            }
        }

        Derivatives<TTarget> derivatives = new(objective, dataset.Examples, options);
        LeafRenewal<TTarget>? renewal = options.RenewLeaves
            ? new(objective, options, dataset, scores, validation?.Dataset, validationScores)
            : null;
        TrainingMonitor monitor = new(
            validation is null ? [] : [.. validation.Metrics.Select(metric => metric.What)],
            minimumChange: validation?.MinimumChange ?? 0,
            patience: validation?.Patience ?? int.MaxValue,
            stopOn: validation is { Metrics: [LightGbmMetric<TTarget> first, ..] } ? first.What.Name : null);

        string text = Parameters.Joined(parameters);
        using DatasetHandle data = dataset.Bin(text, DatasetHandle.None);
        using DatasetHandle? validationData = validation?.Dataset.Bin(text, data);
        Native.Check(Native.BoosterCreate(data, text, out BoosterHandle created));
        using BoosterHandle booster = created;
        if (validationData is not null)
        {
            Native.Check(Native.BoosterAddValidData(booster, validationData));
        }

        for (int round = 1; round <= options.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (renewal is null)
            {
                scores.Read(booster, 0);
            }

            Cost cost = derivatives.At(scores.Numbers, round);
            bool hasSplit = Grow(booster, derivatives);
            if (!hasSplit && round > 1)
            {
                // LightGBM has taken such trees back.
                break;
            }

            if (hasSplit)
            {
                renewal?.Run(booster, round);
            }

            if (Report(round, cost) && validation?.Patience is not null)
            {
                break;
            }
        }

        if (validation?.Patience is not null && double.IsNaN(monitor.Best.Value))
        {
            string what = validation.Metrics is [LightGbmMetric<TTarget> watched, ..]
                ? $"The metric '{watched.What.Name}'"
                : "The loss";
            throw new ArgumentException(
                $"{what} was not finite of 'validation' in any of {monitor.Steps} rounds: none of them is the best.",
                nameof(validation));
        }

        int kept = validation?.Patience is null ? 0 : (int)monitor.Best.Step + 1;
        return LightGbmBooster.Of(booster, kept, initial, options.Link ?? objective.Link, objective.ToString()!);

        bool Report(int round, Cost cost)
        {
            Cost? ofValidation = null;
            Cost[] metrics = [];
            if (validation is not null)
            {
                if (renewal is null)
                {
                    validationScores!.Read(booster, 1);
                }

                Examples<TTarget> examples = validation.Dataset.Examples;
                ofValidation = objective.Value(validationScores!.Numbers, examples);
                metrics = [.. validation.Metrics.Select(metric => metric.Of(validationScores.Numbers, examples))];
            }

            monitor.Add(cost.Mean, ofValidation?.Mean, [.. metrics.Select(metric => metric.Mean)]);
            options.OnRound?.Invoke(new(round, cost, ofValidation, metrics, monitor));
            return monitor.ShouldStop;
        }
    }

    /// <summary>By an objective of LightGBM's own.</summary>
    public static unsafe LightGbmBooster Run<TTarget>(
        string objective, LightGbmDataset<TTarget> dataset, LightGbmOptions options, CancellationToken cancellation)
        where TTarget : unmanaged
    {
        Examples<TTarget> examples = dataset.Examples;
        string text = Parameters.Joined(Parameters.Of(options, ("metric", "none"))) + $" {objective}";
        using DatasetHandle data = dataset.Bin(text, DatasetHandle.None);
        SetField("label", Array.ConvertAll(examples.Numbers, number => (float)number), Native.Float32);
        SetField("weight", Array.ConvertAll(examples.Weights.ToArray(), weight => (float)weight), Native.Float32);
        SetField("group", examples.GroupLengths.ToArray(), Native.Int32);
        Native.Check(Native.BoosterCreate(data, text, out BoosterHandle created));
        using BoosterHandle booster = created;
        for (int round = 1; round <= options.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            Native.Check(Native.BoosterUpdateOneIter(booster, out int isFinished));
            if (isFinished != 0)
            {
                break;
            }
        }

        return LightGbmBooster.Of(booster, 0, null, LightGbmLink.Identity, objective);

        void SetField<T>(string name, T[] numbers, int type) where T : unmanaged
        {
            fixed (T* start = numbers)
            {
                if (numbers.Length > 0)
                {
                    Native.Check(Native.DatasetSetField(data, name, start, numbers.Length, type));
                }
            }
        }
    }

    /// <summary>Grows a tree for each prediction, and says whether one of them has a split.</summary>
    private static unsafe bool Grow<TTarget>(BoosterHandle booster, Derivatives<TTarget> derivatives)
        where TTarget : unmanaged
    {
        fixed (float* gradient = derivatives.Gradient, hessian = derivatives.Hessian)
        {
            Native.Check(Native.BoosterUpdateOneIterCustom(booster, gradient, hessian, out int isFinished));
            return isFinished == 0;
        }
    }

    private static double[] Initial<TTarget>(
        Objective<TTarget> objective, Examples<TTarget> examples, LightGbmOptions options)
        where TTarget : unmanaged
    {
        int predictions = objective.Shape.Predictions;
        if (options.InitialScores is { } given)
        {
            return given.Count == predictions ? [.. given] : throw new ArgumentException(
                $"'InitialScores' has {given.Count} entries, but the loss takes {predictions} predictions: it must "
                + "have one each.",
                nameof(options));
        }

        double[] found = ConstantScores<TTarget>.Of(objective, examples);
        return Array.TrueForAll(found, double.IsFinite) ? found : throw new ArgumentException(
            FormattableString.Invariant(
                $"The constant scores of least loss are {string.Join(", ", found)}: give finite 'InitialScores'."),
            nameof(options));
    }

    /// <summary>Measures before there is a tree, for what does not fit to be refused by the name of the data.</summary>
    private static void Try(string what, string name, Func<Cost> measure)
    {
        try
        {
            measure();
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"{what} cannot be taken of '{name}': {exception.Message}", name, exception);
        }
    }

    /// <summary>
    /// Whether there are as many targets as the loss takes, and numbers that can be indexed; none is NaN.
    /// </summary>
    private static void Check<TTarget>(string name, LightGbmDataset<TTarget> dataset, Objective<TTarget> objective)
        where TTarget : unmanaged
    {
        Examples<TTarget> examples = dataset.Examples;
        Shape shape = objective.Shape;
        if (examples.Targets.Length != (long)dataset.Rows * shape.Targets)
        {
            throw new ArgumentException(
                $"'{name}' has {examples.Targets.Length} targets for {dataset.Rows} rows, but the loss takes "
                + $"{shape.Targets} for each.",
                name);
        }

        if ((long)dataset.Rows * shape.Predictions > Array.MaxLength)
        {
            throw new ArgumentException(
                $"'{name}' has {dataset.Rows} rows: too many for {shape.Predictions} predictions each.", name);
        }

        int weights = examples.Weights.Length;
        int expected = objective.IsOfGroups ? examples.GroupCount : dataset.Rows;
        if (weights != 0 && weights != expected)
        {
            throw new ArgumentException(
                $"'{name}' has {weights} weights for {expected} {(objective.IsOfGroups ? "groups" : "rows")}: it must "
                + "have one each, or none.",
                name);
        }

        for (int i = 0; i < examples.Targets.Length && typeof(TTarget) == typeof(double); i++)
        {
            int row = shape.IsPlanar ? i % dataset.Rows : i / shape.Targets;
            if (examples.Targets[i] is double.NaN && (weights != dataset.Rows || examples.Weights[row] != 0))
            {
                throw new ArgumentException($"Target {i} of '{name}', of row {row}, is NaN.", name);
            }
        }
    }
}
