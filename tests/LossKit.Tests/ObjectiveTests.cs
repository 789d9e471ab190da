using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleObjectiveTests : ObjectiveTests<float>;

public sealed class DoubleObjectiveTests : ObjectiveTests<double>;

/// <summary>Penalties and weighted tasks are added up as written.</summary>
public abstract class ObjectiveTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly double s_precision = typeof(T) == typeof(float) ? 1e-6 : 1e-14;

    public static TheoryData<double, double> Strengths => new() { { 0.3, 0 }, { 0, 0.7 }, { 0.3, 0.7 }, { 0, 0 } };

    [Theory, MemberData(nameof(Strengths))]
    public void A_penalty_is_that_of_its_definition_at_every_length_and_with_every_mask(double l1, double l2)
    {
        Penalty<T> penalty = Penalty.ElasticNet<T>(l1, l2);
        for (int length = 0; length <= 130; length++)
        {
            foreach (bool masked in new[] { false, true })
            {
                (T[] parameters, T[] gradient, T[] hessian, bool[] mask) = Batch(length);
                bool[] used = masked ? mask : [];
                T[] first = [.. gradient];
                T[] second = [.. gradient];
                T[] curvature = [.. hessian];
                double value = penalty.Value(parameters, used);
                penalty.AddGradient(parameters, first, used).Should().BeApproximately(value, 1e-15 * length);
                penalty.AddGradientAndHessian(parameters, second, curvature, used).Should().Be(value);

                double expected = 0;
                for (int i = 0; i < length; i++)
                {
                    bool counts = !masked || mask[i];
                    double theta = Samples.ToDouble(parameters[i]);
                    expected += counts ? l1 * Math.Abs(theta) + 0.5 * l2 * theta * theta : 0;
                    Close(first[i], counts, gradient[i], l1 * Math.Sign(theta) + l2 * theta);
                    Close(second[i], counts, gradient[i], l1 * Math.Sign(theta) + l2 * theta);
                    Close(curvature[i], counts, hessian[i], l2);
                }

                value.Should().BeApproximately(expected, s_precision * (1 + expected));
            }
        }

        static void Close(T actual, bool counts, T before, double added)
        {
            if (counts)
            {
                Samples.ToDouble(actual).Should().BeApproximately(Samples.ToDouble(before) + added, 5 * s_precision);
            }
            else
            {
                actual.Should().Be(before);
            }
        }
    }

    [Fact]
    public void The_factories_are_special_cases_of_the_elastic_net()
    {
        T[] parameters = [T.One, -T.One - T.One];
        Penalty.L1<T>(0.5).Value(parameters).Should().BeApproximately(1.5, s_precision);
        Penalty.L2<T>(0.5).Value(parameters).Should().BeApproximately(1.25, s_precision);
        (Penalty.L1<T>(0.5).L1, Penalty.L1<T>(0.5).L2).Should().Be((0.5, 0));
        (Penalty.L2<T>(0.5).L1, Penalty.L2<T>(0.5).L2).Should().Be((0, 0.5));
    }

    [Fact]
    public void At_0_the_gradient_of_L1_is_0()
    {
        T[] gradient = [T.One, -T.One];
        Penalty.L1<T>(7).AddGradient([T.Zero, T.NegativeZero], gradient).Should().Be(0);
        gradient.Should().Equal(T.One, -T.One);
    }

    [Fact]
    public void NaN_and_infinity_are_not_hidden_and_stay_where_they_are()
    {
        foreach (Penalty<T> penalty in new[] { Penalty.L1<T>(1), Penalty.L2<T>(1), Penalty.ElasticNet<T>(1, 1) })
        {
            T[] gradient = new T[3];
            penalty.AddGradient([T.One, T.NaN, T.One], gradient).Should().Be(double.NaN);
            gradient.Select(T.IsNaN).Should().Equal(false, true, false);

            gradient = new T[3];
            penalty.AddGradient([T.One, T.NegativeInfinity, T.One], gradient).Should().Be(double.PositiveInfinity);
            gradient[1].Should().Be(penalty.L2 > 0 ? T.NegativeInfinity : -T.One);

            gradient = [T.NaN, T.Zero, T.Zero];
            double.IsFinite(penalty.AddGradient([T.One, T.One, T.One], gradient)).Should().BeTrue();
            gradient.Select(T.IsNaN).Should().Equal(true, false, false);
        }
    }

    [Fact]
    public void Wrong_penalties_are_refused_before_anything_is_written()
    {
        Penalty<T> penalty = Penalty.ElasticNet<T>(1, 1);
        T[] four = [T.One, T.One, T.One, T.One];
        T[] gradient = new T[4];
        Throws(() => penalty.Value(four, new bool[3]), "penalised", "*3 entries*'parameters' has 4*");
        Throws(() => penalty.AddGradient(four, new T[3]), "gradient", "*3 entries*'parameters' has 4*");
        Throws(() => penalty.AddGradient(four, four), "gradient", "*overlaps 'parameters'*");
        Throws(() => penalty.AddGradientAndHessian(four, gradient, new T[5]), "hessian", "*5 entries*");
        Throws(() => penalty.AddGradientAndHessian(four, gradient, gradient), "hessian", "*overlaps 'gradient'*");
        Throws(() => penalty.AddGradientAndHessian(four, gradient, four), "hessian", "*overlaps 'parameters'*");
        gradient.Should().AllBeEquivalentTo(T.Zero);
        ((Action)(() => Penalty.L1<T>(-1))).Should().Throw<ArgumentOutOfRangeException>()
            .Which.ParamName.Should().Be("strength");
        ((Action)(() => Penalty.ElasticNet<T>(1, double.NaN))).Should().Throw<ArgumentOutOfRangeException>()
            .Which.ParamName.Should().Be("l2");

        static void Throws(Action call, string name, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    [Fact]
    public void The_gradient_of_an_objective_is_that_of_its_value()
    {
        // Two outputs of one model with one parameter each and a shared one: p₁ = a + c, p₂ = b + c.
        TaskLoss<T, T> first = new(Loss.Huber<T>(1), 0.25);
        TaskLoss<T, T> second = new(Loss.BinaryCrossEntropyLogits<T>(), 3);
        Penalty<T> penalty = Penalty.ElasticNet<T>(0.1, 0.2);
        bool[] penalised = [true, true, false];
        double[] theta = [0.4, -0.3, 0.2];
        T[] gradient = new T[3];
        Evaluate(theta, gradient);
        for (int i = 0; i < 3; i++)
        {
            double step = typeof(T) == typeof(float) ? 1e-2 : 1e-5;
            double[] up = [.. theta];
            double[] down = [.. theta];
            up[i] += step;
            down[i] -= step;
            double difference = (Evaluate(up, new T[3]).Value - Evaluate(down, new T[3]).Value) / (2 * step);
            Samples.ToDouble(gradient[i]).Should().BeApproximately(difference, step * 0.01);
        }

        Objective Evaluate(double[] at, T[] into)
        {
            T[] parameters = [.. at.Select(T.CreateTruncating)];
            T[] outputs = new T[2];
            T shared = parameters[2];
            Cost one = first.ValueAndGradient([parameters[0] + shared], [T.Zero], outputs.AsSpan(0, 1));
            Cost two = second.ValueAndGradient([parameters[1] + shared], [T.One], outputs.AsSpan(1, 1));
            (into[0], into[1], into[2]) = (outputs[0], outputs[1], outputs[0] + outputs[1]);
            return new(
                first.Share(one) + second.Share(two), penalty.AddGradient(parameters, into, penalised));
        }
    }

    [Fact]
    public void A_task_reports_its_own_cost_and_weighs_its_gradient()
    {
        PointwiseLoss<T> loss = Loss.SquaredError<T>();
        (T[] p, T[] t, T[] w) = Samples.Batch<T>(TargetKind.Value, 77);
        foreach (double weight in new[] { 0, 0.5, 1, 8 })
        {
            TaskLoss<T, T> task = new(loss, weight);
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                T[] plain = new T[77];
                T[] weighted = new T[77];
                Cost cost = task.ValueAndGradient(p, t, weighted, w, reduction);
                cost.Should().Be(loss.ValueAndGradient(p, t, plain, w, reduction));
                weighted.Should().Equal(plain.Select(g => T.CreateTruncating(weight) * g));
                task.Share(cost).Should().Be(weight * cost.Mean);
            }
        }

        new TaskLoss<T, T>(loss, 2).Share(default).Should().Be(0, "a task that no example of the batch has");
        ((Action)(() => _ = new TaskLoss<T, T>(loss, -1))).Should().Throw<ArgumentOutOfRangeException>()
            .Which.ParamName.Should().Be("weight");
        ((Action)(() => _ = new TaskLoss<T, T>(null!, 1))).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void An_objective_is_the_sum_of_its_parts()
    {
        Objective objective = new(0.5, 0.25);
        objective.Value.Should().Be(0.75);
        objective.ToString().Should().Be("0.75 = cost 0.5 + penalty 0.25");
        new Objective(0.5).Value.Should().Be(0.5);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        (T[] parameters, T[] gradient, T[] hessian, bool[] mask) = Batch(2051);
        Penalty<T> penalty = Penalty.ElasticNet<T>(0.1, 0.1);
        TaskLoss<T, T> task = new(Loss.Huber<T>(1), 0.5);
        Allocations.Of(() =>
        {
            penalty.Value(parameters);
            penalty.AddGradient(parameters, gradient, mask);
            penalty.AddGradientAndHessian(parameters, gradient, hessian);
            task.Share(task.ValueAndGradient(parameters, hessian, gradient));
        }).Should().Be(0);
    }

    private static (T[] Parameters, T[] Gradient, T[] Hessian, bool[] Mask) Batch(int length)
    {
        Random random = new(length);
        T[] Numbers() => [.. Enumerable.Range(0, length)
            .Select(_ => random.Next(5) == 0 ? T.Zero : T.CreateTruncating(4 * random.NextDouble() - 2))];
        return (
            Numbers(), Numbers(), Numbers(), [.. Enumerable.Range(0, length).Select(i => random.Next(3) > i % 3)]);
    }
}
