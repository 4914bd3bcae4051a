using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>A client whose printers accept G-code. Thread: the printer's worker.</summary>
public interface IGcode
{
    /// <summary>
    /// Sends G-code lines in order. Returns when the printer accepted them. Errors: <see cref="HubException"/>;
    /// <see cref="ErrorCode.NotSupported"/> for a line that this printer does not accept.
    /// </summary>
    void SendGcode(string[] lines, CancellationToken cancel);
}
