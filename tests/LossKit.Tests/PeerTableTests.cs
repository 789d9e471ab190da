using LossKit.Gallery;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>docs/peers.csv says of every loss what it is called elsewhere, or that it is nowhere else.</summary>
public sealed class PeerTableTests
{
    private static readonly IReadOnlyList<Peer> s_peers = Peer.Read(PeerTable.Csv);

    [Fact]
    public void Every_factory_has_a_line_and_every_line_a_factory()
    {
        string[] factories = [.. LossTable.Factories.Select(factory => factory.Name)];
        string[] named = [.. s_peers.Select(peer => peer.Factory).Distinct()];
        factories.Except(named).Should().BeEmpty(
            "each is to have its counterparts in docs/peers.csv or, if there are none, a line `Name,,,`");
        named.Except(factories).Should().BeEmpty("there is no such factory");
    }

    [Fact]
    public void A_line_has_a_library_and_a_name_or_neither_and_then_it_is_the_only_one()
    {
        File.ReadLines(PeerTable.Csv).First().Should().Be(PeerTable.Header);
        s_peers.Select(peer => peer with { Difference = "" }).Should().OnlyHaveUniqueItems();
        foreach (IGrouping<string, Peer> peers in s_peers.GroupBy(peer => peer.Factory))
        {
            Peer[] named = [.. peers.Where(peer => peer.Library.Length > 0 && peer.Name.Length > 0)];
            bool isNowhere = peers.Count() == 1 && peers.Single() == new Peer(peers.Key, "", "", "");
            (isNowhere || named.Length == peers.Count()).Should().BeTrue(peers.Key);
        }
    }

    [Theory]
    [InlineData("a,b,c,d", "a|b|c|d")]
    [InlineData("a,,,", "a|||")]
    [InlineData("a,b,\"f(x=\"\"y\"\"), g\",\"1, 2\"", "a|b|f(x=\"y\"), g|1, 2")]
    [InlineData("\"\"\"a\"\"\",b", "\"a\"|b")]
    public void A_field_with_a_comma_is_quoted(string line, string fields) =>
        Peer.Fields(line).Should().Equal(fields.Split('|'));
}
