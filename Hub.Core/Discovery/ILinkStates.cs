using Hub.Core.Manager;

namespace Hub.Core.Discovery;

/// <summary>How the printers' links stand; the manager knows. Thread: any.</summary>
public interface ILinkStates
{
    /// <summary>State of one printer's link; Disabled when nobody has this id.</summary>
    LinkState LinkOf(string id);
}
