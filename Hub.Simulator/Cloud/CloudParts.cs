using System;
using System.IO;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Store;
using Hub.Simulator.Cloud.Transfers;

namespace Hub.Simulator.Cloud;

/// <summary>The cloud without its web server: what it knows, and who talks to the hubs.</summary>
internal sealed class CloudParts : IAsyncDisposable
{
    /// <summary>Makes them; nothing runs but timers and the store's writer. Errors: those of <see cref="CloudStore.Open"/>.</summary>
    public CloudParts(CloudOptions options)
    {
        Options = options;
        Store = CloudStore.Open(options.DataFolder == null ? null : Path.Combine(options.DataFolder, "cloud.db"), options.Clock, options.Log);
        Farm = new FarmPicture();
        Transfers = new TransferBook(Store, options.Clock);
        Hubs = new HubRegistry(options.Clock);
        Gate = new OpenGate();
        Inbox = new HubInbox(Hubs, Farm, Transfers, Gate, options.Log, options.Clock);
        Endpoint = new HubEndpoint(Inbox);
    }

    /// <summary>How the cloud was started.</summary>
    public CloudOptions Options { get; }

    /// <summary>The database.</summary>
    public CloudStore Store { get; }

    /// <summary>The files on their way.</summary>
    public TransferBook Transfers { get; }

    /// <summary>The printers.</summary>
    public FarmPicture Farm { get; }

    /// <summary>The hubs.</summary>
    public HubRegistry Hubs { get; }

    /// <summary>Which hubs may connect.</summary>
    public IHubGate Gate { get; }

    /// <summary>What the hubs' messages lead to.</summary>
    public HubInbox Inbox { get; }

    /// <summary>Where hubs connect.</summary>
    public HubEndpoint Endpoint { get; }

    public async ValueTask DisposeAsync()
    {
        Endpoint.Dispose();
        Transfers.Dispose();
        await Store.DisposeAsync();
    }
}
