using System;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud;

/// <summary>The hubs' secrets and the browsers' sessions in the cloud's store. Thread: any. Errors: storage_failed.</summary>
internal sealed class StoredAccess(CloudStore store) : IHubSecrets, ISessionStore
{
    async ValueTask<string?> IHubSecrets.FindAsync(string hubId) => (await store.Hubs.FindAsync(hubId).ConfigureAwait(false))?.Secret?.Reveal();

    Task IHubSecrets.SetAsync(string hubId, string secret) => store.Hubs.ClaimAsync(hubId, null, new Secret(secret));

    Task ISessionStore.AddAsync(string hash, DateTimeOffset ends) => store.Sessions.AddAsync(hash, ends.ToUnixTimeMilliseconds());

    Task<bool> ISessionStore.HasAsync(string hash) => store.Sessions.IsValidAsync(hash);

    Task ISessionStore.RemoveAsync(string hash) => store.Sessions.RemoveAsync(hash);
}
