namespace Hub.Tests.Portability;

/// <summary>One thing that the board cannot run, or runs differently.</summary>
internal sealed class Violation(string rule, string member, string where, string advice)
{
    public string Rule { get; } = rule;

    public string Member { get; } = member;

    public string Where { get; } = where;

    public override string ToString() => $"{Where} uses {Member}: {advice} [{Rule}]";
}
