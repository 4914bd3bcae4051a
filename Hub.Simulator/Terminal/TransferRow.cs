namespace Hub.Simulator.Terminal;

/// <summary>What is shown of an upload, already rounded.</summary>
internal sealed record TransferRow(string Id, string Name, int Percent, string Size, string Rate, string Left)
{
    /// <summary>Figures first: on a narrow line only the name is cut.</summary>
    public string Text(bool unicode)
    {
        string rate = Rate.Length == 0 ? "" : $", {Rate}";
        string left = Left.Length == 0 ? "" : $", {Left} left";
        return $"{Id} {(unicode ? "⇡" : "<-")} {StatusTable.Bar(Percent, unicode)} of {Size}{rate}{left}: {Name}";
    }
}
