using LossKit.Internals.Guards;

namespace LossKit.Gpu.Calls;

/// <summary>The checks of a batch's views, all made before anything is written: those of spans, and of the device.</summary>
internal static class DeviceChecks
{
    /// <summary>How many examples a batch has.</summary>
    public static int Examples<T>(
        Accelerator accelerator, in ExampleArguments<T> arguments, Shape shape, DerivativeOrder order, bool wantsLosses)
        where T : unmanaged
    {
        int length = Length(accelerator, "predictions", arguments.Predictions);
        int examples = BatchChecks.Rows("predictions", length, shape.Predictions, "predictions");
        bool isPointwise = shape is { Predictions: 1, Targets: 1 };
        int targets = Length(accelerator, "targets", arguments.Targets);
        if (isPointwise)
        {
            BatchChecks.Length("targets", targets, "predictions", length);
        }
        else
        {
            BatchChecks.Table("targets", targets, examples, "examples", shape.Targets);
        }

        string things = isPointwise ? "predictions" : "examples";
        BatchChecks.LengthIfGiven("weights", Length(accelerator, "weights", arguments.Weights), things, examples);
        if (wantsLosses)
        {
            Output(accelerator, "losses", arguments.Losses, examples, things, arguments);
        }

        if (order >= DerivativeOrder.Gradient)
        {
            Output(accelerator, "gradient", arguments.Gradient, length, "predictions", arguments);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            Output(accelerator, "hessian", arguments.Hessian, length, "predictions", arguments);
            Apart("hessian", arguments.Hessian, "gradient", arguments.Gradient);
        }

        return examples;
    }

    /// <summary>How many rows a batch has.</summary>
    public static int Rows<T>(
        Accelerator accelerator, in RowArguments<T> arguments, int classes, DerivativeOrder order, bool wantsLosses)
        where T : unmanaged
    {
        int entries = Length(accelerator, "predictions", arguments.Predictions);
        int rows = BatchChecks.Rows("predictions", entries, classes, "classes");
        BatchChecks.Table("labels", Length(accelerator, "labels", arguments.Labels), rows, "rows", 1);
        BatchChecks.LengthIfGiven("weights", Length(accelerator, "weights", arguments.Weights), rows, "rows");
        if (wantsLosses)
        {
            BatchChecks.Length("losses", Length(accelerator, "losses", arguments.Losses), rows, "rows");
        }

        if (order >= DerivativeOrder.Gradient)
        {
            BatchChecks.Length("gradient", Length(accelerator, "gradient", arguments.Gradient), entries, "entries");
            NoPartialOverlap("gradient", arguments.Gradient, "predictions", arguments.Predictions);
        }

        if (order >= DerivativeOrder.Hessian)
        {
            BatchChecks.Length("hessian", Length(accelerator, "hessian", arguments.Hessian), entries, "entries");
            Apart("hessian", arguments.Hessian, "gradient", arguments.Gradient);
            Apart("hessian", arguments.Hessian, "predictions", arguments.Predictions);
        }

        return rows;
    }

    /// <summary>A view that has to be in the memory of the accelerator.</summary>
    public static void Here<T>(Accelerator accelerator, string name, ArrayView<T> view) where T : unmanaged
    {
        if (view.Length > 0 && view.GetAccelerator() != accelerator)
        {
            throw BatchChecks.Refusal(
                name,
                $"'{name}' is in the memory of {view.GetAccelerator().Name}, but the loss is on {accelerator.Name}: "
                + "it must be of the same accelerator.");
        }
    }

    /// <summary>A view of one number.</summary>
    public static void Single(string name, long length)
    {
        if (length != 1)
        {
            throw BatchChecks.Refusal(name, $"'{name}' has {length} entries, but must have one.");
        }
    }

    private static int Length<T>(Accelerator accelerator, string name, ArrayView<T> view) where T : unmanaged
    {
        Here(accelerator, name, view);
        return view.Length <= Array.MaxLength
            ? (int)view.Length
            : throw BatchChecks.Refusal(
                name, $"'{name}' has {view.Length} entries, but a call takes at most {Array.MaxLength}: divide it.");
    }

    private static void Output<T>(
        Accelerator accelerator,
        string name,
        ArrayView<T> view,
        int expected,
        string things,
        in ExampleArguments<T> arguments)
        where T : unmanaged
    {
        BatchChecks.Length(name, Length(accelerator, name, view), things, expected);
        NoPartialOverlap(name, view, "predictions", arguments.Predictions);
        NoPartialOverlap(name, view, "targets", arguments.Targets);
        NoPartialOverlap(name, view, "weights", arguments.Weights);
    }

    private static void NoPartialOverlap<T>(string name, ArrayView<T> output, string other, ArrayView<T> input)
        where T : unmanaged
    {
        if (input.Length > 0
            && output.Length > 0
            && (output.LoadEffectiveAddressAsPtr() != input.LoadEffectiveAddressAsPtr() || output.Length != input.Length)
            && Share(output, input))
        {
            throw BatchChecks.Refusal(
                name, $"'{name}' overlaps '{other}'. It may be that input itself, or must lie apart from it.");
        }
    }

    private static void Apart<T>(string name, ArrayView<T> output, string other, ArrayView<T> view)
        where T : unmanaged
    {
        if (Share(output, view))
        {
            throw BatchChecks.Refusal(name, $"'{name}' overlaps '{other}'. Each needs memory of its own.");
        }
    }

    private static bool Share<T>(ArrayView<T> left, ArrayView<T> right) where T : unmanaged
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return false;
        }

        nint distance = left.LoadEffectiveAddressAsPtr() - right.LoadEffectiveAddressAsPtr();
        return distance < right.LengthInBytes && -distance < left.LengthInBytes;
    }
}
