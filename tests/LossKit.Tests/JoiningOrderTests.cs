using LossKit.Internals.Nested;

namespace LossKit.Tests;

/// <summary>The order of keys: by group, then by time, then by tie; by comparison and by counting.</summary>
public sealed class JoiningOrderTests
{
    private static readonly double[] s_times =
    [
        double.NegativeInfinity, -double.MaxValue, -1e20, -Math.PI, -2.5, -1, -1e-300, -double.Epsilon, -0.0, 0,
        double.Epsilon, 1e-300, 1, 1.0000000000000002, 2.5, Math.PI, 1e20, double.MaxValue, double.PositiveInfinity,
    ];

    /// <summary>What differs of the keys: floats' bits only, all bits, groups as well, and ties that descend.</summary>
    public static TheoryData<int, string> Cases()
    {
        TheoryData<int, string> cases = [];
        foreach (int count in (int[])[0, 1, 2, 255, 256, 257, 1_000, 4_095, 4_097, 70_001])
        {
            foreach (string kind in (string[])["equal", "floats", "doubles", "edges", "groups", "descending"])
            {
                cases.Add(count, kind);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keys_are_sorted_by_group_time_and_tie(int count, string kind)
    {
        Random random = new(count);
        (int Group, double When, int Tie)[] entries =
        [
            .. Enumerable.Range(0, count).Select(i => (
                kind is "groups" or "descending" ? random.Next(-3, 4) : 7,
                kind switch
                {
                    "equal" => 1,
                    "floats" => random.NextSingle() - 0.5f,
                    "doubles" or "groups" => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-900, 900)),
                    "edges" => s_times[random.Next(s_times.Length)],
                    _ => random.Next(5),
                },
                kind == "descending" ? ~i : i)),
        ];
        UInt128[] keys = [.. entries.Select(entry => JoiningOrder.Key(entry.Group, entry.When, entry.Tie))];

        JoiningOrder.Sort(keys);

        (int Group, uint Tie)[] expected =
        [
            .. entries.OrderBy(entry => entry.Group).ThenBy(entry => entry.When).ThenBy(entry => (uint)entry.Tie)
                .Select(entry => (entry.Group, (uint)entry.Tie)),
        ];
        keys.Select(key => (JoiningOrder.Group(key), (uint)JoiningOrder.TieBreak(key)))
            .SequenceEqual(expected).Should().BeTrue();
    }

    [Fact]
    public void Entries_are_together_if_group_and_time_are_equal()
    {
        JoiningOrder.IsTogether(JoiningOrder.Key(1, 0.0, 4), JoiningOrder.Key(1, -0.0, 9)).Should().BeTrue();
        JoiningOrder.IsTogether(JoiningOrder.Key(1, 2, 4), JoiningOrder.Key(2, 2, 4)).Should().BeFalse();
        double[] distinct = [.. s_times.Where(time => !(time == 0 && double.IsNegative(time)))];
        foreach ((double one, double next) in distinct.Zip(distinct.Skip(1)))
        {
            JoiningOrder.Key(0, one, 0).Should().BeLessThan(JoiningOrder.Key(0, next, 0), $"{one} joins before {next}");
            JoiningOrder.IsTogether(JoiningOrder.Key(0, one, 0), JoiningOrder.Key(0, next, 0)).Should().BeFalse();
        }
    }
}
