using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>A client that can clear the error a printer shows. Thread: the printer's worker.</summary>
public interface IErrorClearing
{
    /// <summary>
    /// Clears the error that the printer shows. Returns when the printer accepted the command. Errors: <see cref="HubException"/>;
    /// <see cref="ErrorCode.WrongState"/> when it shows none.
    /// </summary>
    void ClearError(CancellationToken cancel);
}
