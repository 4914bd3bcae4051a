using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Store;
using Hub.Simulator.Cloud.Transfers;
using Hub.Simulator.Cloud.Webhooks;

namespace Hub.Simulator.Cloud;

/// <summary>The cloud without its web server: what it knows, and who talks to the hubs.</summary>
internal sealed class CloudParts : IAsyncDisposable
{
    /// <summary>Makes them; nothing runs but timers and the store's writer. It disposes of the store and the guard, too.</summary>
    public CloudParts(CloudOptions options, CloudStore store, CloudGuard guard)
    {
        Options = options;
        Store = store;
        Guard = guard;
        Farm = new FarmPicture();
        Transfers = new TransferBook(Store, Farm, options.Clock);
        Hubs = new HubRegistry(options.Clock);
        Inbox = new HubInbox(Hubs, Farm, Transfers, Store, guard.Gate, options.Log, options.Clock);
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

    /// <summary>Who may use it.</summary>
    public CloudGuard Guard { get; }

    /// <summary>What the hubs' messages lead to.</summary>
    public HubInbox Inbox { get; }

    /// <summary>Where hubs connect.</summary>
    public HubEndpoint Endpoint { get; }

    /// <summary>Who is told of events, from <see cref="LoadAsync"/> on.</summary>
    public WebhookService Webhooks { get; private set; } = null!;

    /// <summary>Reads the hubs of earlier runs, and starts the webhooks. Errors: storage_failed; config_invalid for the webhooks.</summary>
    public async Task LoadAsync()
    {
        Webhooks = await WebhookService.StartAsync(Store, Farm, Targets(), Options.Log, Options.Clock);
        foreach (HubRecord hub in await Store.Hubs.ListAsync())
        {
            Hubs.Remember(hub.Id, hub.Name, DateTimeOffset.FromUnixTimeMilliseconds(hub.LastSeenMs));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Webhooks != null)
        {
            await Webhooks.DisposeAsync();
        }

        Endpoint.Dispose();
        Transfers.Dispose();
        Guard.Dispose();
        await Store.DisposeAsync();
    }

    private List<WebhookTarget> Targets()
    {
        List<WebhookTarget> targets = Options.DataFolder == null ? [] : WebhookFile.Load(Path.Combine(Options.DataFolder, WebhookFile.FileName));
        foreach (string url in Options.Webhooks)
        {
            try
            {
                WebhookTarget target = WebhookTarget.Of(url);
                if (!targets.Exists(t => t.Name == target.Name))
                {
                    targets.Add(target);
                }
            }
            catch (FormatException e)
            {
                throw new HubException(ErrorCode.ConfigInvalid, e.Message, e);
            }
        }

        return targets;
    }
}
