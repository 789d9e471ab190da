using LossKit;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>A few numbers, fitted by a loss, that say how long a strike of this production may last.</summary>
/// <param name="name">How it is called in reports.</param>
/// <param name="color">Of its name and its line.</param>
/// <param name="numbers">How many are fitted.</param>
internal abstract class Model(string name, string color, int numbers)
{
    private const int Steps = 1500;
    private const float LearningRate = 0.05f;

    public string Name { get; } = name;

    public string Color { get; } = color;

    public string Markup => $"[{Color}]{Name}[/]";

    /// <summary>The last day of which it has something to say.</summary>
    public virtual int LastDay => Strike.LastDay;

    public virtual Fit Train(Strike[] strikes)
    {
        Trainable parameters = new(numbers);
        Start(strikes, parameters.Values);
        Adam adam = new([parameters]);
        Cost cost = default;
        for (int step = 0; step < Steps; step++)
        {
            Array.Clear(parameters.Gradient);
            cost = AddGradient(strikes, parameters);
            adam.Step(LearningRate * (1 - (float)step / Steps));
        }

        return new(this, parameters.Values, strikes, cost);
    }

    /// <summary>The share of strikes of this production that last beyond a day.</summary>
    public abstract double Survival(Fit fit, float production, double day);

    /// <summary>What the numbers are at first, if not 0.</summary>
    protected virtual void Start(Strike[] strikes, Span<float> parameters)
    {
    }

    /// <summary>The cost of all strikes; its gradient is added to that of the parameters.</summary>
    protected abstract Cost AddGradient(Strike[] strikes, Trainable parameters);
}

/// <summary>A model that knows some strikes.</summary>
/// <param name="Model">Which one.</param>
/// <param name="Parameters">What was fitted.</param>
/// <param name="Strikes">To which strikes.</param>
/// <param name="Cost">Their cost.</param>
internal sealed record Fit(Model Model, float[] Parameters, Strike[] Strikes, Cost Cost)
{
    public double Survival(float production, double day) => Model.Survival(this, production, day);
}
