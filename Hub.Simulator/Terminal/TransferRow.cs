namespace Hub.Simulator.Terminal;

/// <summary>What is shown of an upload, rounded as it is shown.</summary>
internal sealed record TransferRow(string Id, string Name, int Percent, string Size, string Rate, string Left)
{
    /// <summary>The figures before the name: what is cut at the end of a narrow line is the name.</summary>
    public string Text(bool unicode)
    {
        string rate = Rate.Length == 0 ? "" : $", {Rate}";
        string left = Left.Length == 0 ? "" : $", {Left} left";
        return $"{Id} {(unicode ? "⇡" : "<-")} {StatusTable.Bar(Percent, unicode)} of {Size}{rate}{left}: {Name}";
    }
}
