namespace Hub.Core.Manager;

/// <summary>
/// Hears of an upload's progress and end, so that its asker need not ask for them. Thread: as for <see cref="ICommandListener"/>.
/// </summary>
public interface ITransferListener
{
    /// <summary>
    /// More of the file is on its way (<see cref="Transfer.SentBytes"/>). Called at most four times a second, and not after
    /// <see cref="Ended"/>.
    /// </summary>
    void Progressed(Transfer transfer);

    /// <summary>
    /// The upload is complete or failed (<see cref="Transfer.Error"/>), and nothing reads its source any more. Called exactly once for
    /// a submitted upload, a refused one included.
    /// </summary>
    void Ended(Transfer transfer);
}
