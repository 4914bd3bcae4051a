using System;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>The sessions of browsers, stored by hash. Thread: any. Errors: exceptions of the storage.</summary>
internal interface ISessionStore
{
    /// <summary>Adds a session.</summary>
    Task AddAsync(string hash, DateTimeOffset ends);

    /// <summary>True for a session that has not ended.</summary>
    Task<bool> HasAsync(string hash);

    /// <summary>Ends a session.</summary>
    Task RemoveAsync(string hash);
}
