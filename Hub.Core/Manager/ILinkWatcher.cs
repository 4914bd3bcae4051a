namespace Hub.Core.Manager;

/// <summary>Is told each step of a <see cref="LinkMachine"/>. Thread: the machine's owner.</summary>
public interface ILinkWatcher
{
    /// <summary>The link went from one state to another one; the machine already shows the new one.</summary>
    void Moved(LinkState from, LinkState to);
}
