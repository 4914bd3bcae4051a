using System.Threading;

namespace Hub.Tests.Tunnel;

/// <summary>What the cloud knows of a hub's connection: in memory, and of it in its storage that a hello came.</summary>
internal sealed class FakeCloudSession
{
    private readonly Lock _gate = new();
    private bool _isInMemory;
    private bool _isAuthenticated;
    private bool _isStored;

    public bool IsAuthenticated
    {
        get
        {
            lock (_gate)
            {
                return _isInMemory && _isAuthenticated;
            }
        }
    }

    /// <summary>A connection was upgraded: whoever was greeted before must greet again.</summary>
    public void Upgraded()
    {
        lock (_gate)
        {
            _isInMemory = true;
            _isAuthenticated = false;
        }
    }

    /// <summary>A message came: what is only in the storage counts again.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            if (!_isInMemory && _isStored)
            {
                _isInMemory = true;
                _isAuthenticated = true;
            }
        }
    }

    /// <summary>A hello came; true when the account is known.</summary>
    public bool Greet()
    {
        lock (_gate)
        {
            _isStored = true;
            _isAuthenticated = _isInMemory;
            return _isInMemory;
        }
    }

    /// <summary>A connection has ended.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _isInMemory = false;
            _isAuthenticated = false;
            _isStored = false;
        }
    }
}
