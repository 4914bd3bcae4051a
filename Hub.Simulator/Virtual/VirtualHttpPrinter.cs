using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual;

/// <summary>A virtual printer with an HTTP API, behind the fleet's HTTP host. Thread: any.</summary>
public abstract class VirtualHttpPrinter(string id, string name, string type, string apiKey, VirtualMachine machine)
    : VirtualPrinter(id, name, type, machine)
{
    private readonly Lock _gate = new();
    private VirtualFaults _faults = VirtualFaults.None;
    private int _hits;
    private int _connections;

    public string ApiKey { get; } = apiKey;

    /// <summary>User name where the system has passwords, else null.</summary>
    public virtual string? User => null;

    /// <summary>Password where the system has them, else null.</summary>
    public virtual string? Password => null;

    /// <summary>True when its configuration holds user and password instead of the key.</summary>
    public virtual bool PrefersPassword => false;

    /// <summary>Most connections at once; any further one is closed.</summary>
    public virtual int MaxConnections => int.MaxValue;

    /// <inheritdoc/>
    public override string Address => Url;

    public string Url => "http://127.0.0.1:" + Port;

    /// <summary>The injected faults; setting them also performs the one-time faults of the link.</summary>
    public VirtualFaults Faults
    {
        get
        {
            lock (_gate)
            {
                return _faults;
            }
        }

        set
        {
            lock (_gate)
            {
                _faults = value;
                _hits = 0;
            }

            if (value.PrinterError != null)
            {
                Machine.Fail(value.PrinterError);
            }

            if (value.Serial == "offline")
            {
                Machine.Disconnect();
            }
            else if (value.Serial == "online")
            {
                Machine.Connect();
            }

            OnFaults(value);
        }
    }

    /// <summary>Answers a request; null when it was answered already (downloads, websockets).</summary>
    public abstract Task<VirtualReply?> HandleAsync(HttpContext context);

    /// <inheritdoc/>
    public override byte[] ReadFaults() => Faults.ToJson();

    /// <inheritdoc/>
    public override void WriteFaults(byte[] json) => Faults = VirtualFaults.Parse(json);

    /// <inheritdoc/>
    public override PrinterConfig ToConfig() => new()
    {
        Id = Id,
        Name = Name,
        Type = Type,
        Url = Url,
        ApiKey = PrefersPassword ? null : new Secret(ApiKey),
        User = PrefersPassword ? User : null,
        Password = PrefersPassword ? new Secret(Password!) : null,
    };

    /// <summary>Performs the one-time faults of this system.</summary>
    protected virtual void OnFaults(VirtualFaults faults)
    {
    }

    /// <summary>Registers a connection; false when there are too many.</summary>
    internal bool TryConnect()
    {
        if (Interlocked.Increment(ref _connections) <= MaxConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>Unregisters a connection.</summary>
    internal void Disconnected() => Interlocked.Decrement(ref _connections);

    /// <summary>The faults that apply to a request of this path; each call counts as a request. A broken body applies only to a request that has one.</summary>
    internal VirtualFaults TakeFaults(string path, bool hasBody)
    {
        lock (_gate)
        {
            VirtualFaults faults = _faults;
            if (!faults.Applies(path) || (faults.DropAfterBytes > 0 && !hasBody))
            {
                return VirtualFaults.None;
            }

            if (faults.Count > 0 && ++_hits >= faults.Count)
            {
                _faults = VirtualFaults.None;
            }

            return faults;
        }
    }
}
