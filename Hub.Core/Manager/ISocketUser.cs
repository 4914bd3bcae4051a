namespace Hub.Core.Manager;

/// <summary>Hears when it should check its <see cref="SocketLease"/>: its turn has come, or another needs the socket.</summary>
public interface ISocketUser
{
    /// <summary>Wakes the lease's owner. Thread: any, inside the budget's lock: sets an event and returns, without asking the budget.</summary>
    void SocketsChanged();
}
