namespace LossKit.Benchmarks.Timing;

/// <summary>How much of a loss is computed.</summary>
internal enum Order
{
    Value,
    Gradient,
    Hessian,
}

internal static class Orders
{
    public static string Describe(this Order order) => order switch
    {
        Order.Value => "value",
        Order.Gradient => "value + gradient",
        _ => "value + gradient + Hessian",
    };
}
