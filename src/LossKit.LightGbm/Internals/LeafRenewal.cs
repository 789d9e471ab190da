namespace LossKit.LightGbm.Internals;

/// <summary>
/// Puts into the leaves of a round's trees what has the least loss there. LightGBM's own scores do not know of it, so
/// that all data's scores are kept here.
/// </summary>
internal sealed class LeafRenewal<TTarget>(
    Objective<TTarget> objective,
    LightGbmOptions options,
    LightGbmDataset<TTarget> training,
    Scores scores,
    LightGbmDataset<TTarget>? validation,
    Scores? validationScores)
    where TTarget : unmanaged
{
    private readonly LeafSearch<TTarget> _search = new(objective, training.Examples);
    private readonly string _parameters = $"verbosity=-1 num_threads={options.Threads}";
    private readonly int _predictions = objective.Shape.Predictions;

    /// <summary>After a round: its leaves, and all scores.</summary>
    public void Run(BoosterHandle booster, int round)
    {
        int[][] leaves = LeavesOf(booster, round, training);
        int[][]? ofValidation = validation is null ? null : LeavesOf(booster, round, validation);

        // By the scores that the trees were grown against, whichever tree is the first.
        double[][] values = [.. leaves.Select((ofTree, k) => Values(booster, round, k, ofTree, ofValidation?[k]))];
        for (int k = 0; k < _predictions; k++)
        {
            scores.Add(k, leaves[k], values[k]);
            validationScores?.Add(k, ofValidation![k], values[k]);
        }
    }

    private double[] Values(BoosterHandle booster, int round, int k, int[] leaves, int[]? ofValidation)
    {
        // Every leaf has examples to train on, but for those that only LightGBM's sampling has seen none of.
        int count = Math.Max(leaves.Max(), ofValidation?.Max() ?? 0) + 1;
        double[] values = _search.Steps(scores.Numbers, k, leaves, count);
        int tree = (round - 1) * _predictions + k;
        for (int leaf = 0; leaf < count; leaf++)
        {
            if (double.IsNaN(values[leaf]))
            {
                Native.Check(Native.BoosterGetLeafValue(booster, tree, leaf, out values[leaf]));
            }
            else
            {
                values[leaf] *= options.LearningRate;
                Native.Check(Native.BoosterSetLeafValue(booster, tree, leaf, values[leaf]));
            }
        }

        return values;
    }

    /// <summary>The leaf of each example, tree by tree.</summary>
    private int[][] LeavesOf(BoosterHandle booster, int round, LightGbmDataset<TTarget> dataset)
    {
        double[] byExample = new double[dataset.Rows * _predictions];
        dataset.Leaves(booster, round, _parameters, byExample);
        int[][] leaves = new int[_predictions][];
        for (int k = 0; k < _predictions; k++)
        {
            leaves[k] = new int[dataset.Rows];
            for (int row = 0; row < dataset.Rows; row++)
            {
                leaves[k][row] = (int)byExample[row * _predictions + k];
            }
        }

        return leaves;
    }
}
