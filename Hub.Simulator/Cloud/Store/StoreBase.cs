using System;

namespace Hub.Simulator.Cloud.Store;

/// <summary>What all subjects of the store share. Thread: any.</summary>
/// <param name="Writer">Writes.</param>
/// <param name="Readers">Read.</param>
/// <param name="Clock">The time.</param>
/// <param name="Options">How much is kept.</param>
internal sealed record StoreBase(StoreWriter Writer, StoreReaders Readers, TimeProvider Clock, StoreOptions Options)
{
    /// <summary>Unix milliseconds (UTC).</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
