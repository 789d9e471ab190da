using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleLinkTests : LinkTests<float>;

public sealed class DoubleLinkTests : LinkTests<double>;

/// <summary>Links over spans are the links of single numbers.</summary>
[Trait("Category", "Kernels")]
public abstract class LinkTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly double s_precision = typeof(T) == typeof(float) ? 1e-6 : 4e-15;

    public static TheoryData<string> Links => new() { "identity", "log", "logit" };

    [Theory, MemberData(nameof(Links))]
    public void Spans_of_every_length_are_taken_there_and_back(string name)
    {
        Link link = Get(name);
        for (int length = 0; length <= 100; length++)
        {
            T[] raw = [.. Enumerable.Range(0, length).Select(i => T.CreateTruncating(5 * Math.Sin(i + length)))];
            T[] means = new T[length];
            T[] back = new T[length];
            link.Invert<T>(raw, means);
            link.Apply<T>(means, back);
            for (int i = 0; i < length; i++)
            {
                double mean = link.Invert(Samples.ToDouble(raw[i]));
                Samples.ToDouble(means[i]).Should().BeApproximately(mean, s_precision * Math.Abs(mean));
                double again = link.Apply(Samples.ToDouble(means[i]));
                Samples.ToDouble(back[i]).Should().BeApproximately(again, 200 * s_precision);
            }

            link.Invert<T>(raw, raw);
            raw.Should().Equal(means, "it works in place");
        }
    }

    [Theory, MemberData(nameof(Links))]
    public void Extremes_and_NaN_come_through(string name)
    {
        Link link = Get(name);
        T[] raw = [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.CreateTruncating(1e4), T.CreateTruncating(-1e4)];
        T[] means = new T[5];
        link.Invert<T>(raw, means);
        means.Should().Equal(raw.Select(x => T.CreateTruncating(link.Invert(Samples.ToDouble(x)))));
        T[] ends = name == "identity" ? [T.NaN, T.One, T.Zero] : [T.NaN, T.One, T.Zero];
        T[] applied = new T[3];
        link.Apply<T>(ends, applied);
        applied.Should().Equal(ends.Select(x => T.CreateTruncating(link.Apply(Samples.ToDouble(x)))));
    }

    [Fact]
    public void Mistakes_are_named_and_nothing_is_written()
    {
        T[] three = [T.One, T.One, T.One];
        T[] two = new T[2];
        Throws(() => Link.Log.Invert<T>(three, two), "means", "*2 entries*'raw' has 3*");
        Throws(() => Link.Log.Apply<T>(three, two), "raw", "*2 entries*'means' has 3*");
        Throws(() => Link.Log.Apply<T>(three.AsSpan(0, 2), three.AsSpan(1, 2)), "raw", "*overlaps 'means'*1 entries*");
        two.Should().AllBeEquivalentTo(T.Zero);
        three.Should().AllBeEquivalentTo(T.One);

        static void Throws(Action call, string name, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        T[] raw = new T[100];
        Allocations.Of(() =>
        {
            Link.Log.Invert<T>(raw, raw);
            Link.Logit.Invert<T>(raw, raw);
            Link.Identity.Apply<T>(raw, raw);
        }).Should().Be(0);
    }

    private static Link Get(string name) => name switch
    {
        "log" => Link.Log,
        "logit" => Link.Logit,
        _ => Link.Identity,
    };
}
