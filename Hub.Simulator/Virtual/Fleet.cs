// AT THE MERGE: the virtual printers' own Fleet takes the place of this file.
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual;

public sealed class FleetOptions
{
    public int OctoPrint { get; set; }

    public int BasePort { get; set; }

    public double Speed { get; set; } = 1;

    public string StorageFolder { get; set; } = "";
}

public sealed class FleetPrinter
{
    public string Id { get; init; } = "";

    public string Type { get; init; } = "";

    public string Url { get; init; } = "";

    public string ApiKey { get; init; } = "";
}

public sealed class Fleet : IAsyncDisposable
{
    public IReadOnlyList<FleetPrinter> Printers { get; init; } = [];

    public static Task<Fleet> StartAsync(FleetOptions options, CancellationToken cancel) => throw new NotImplementedException();

    public byte[] PrintersJson() => throw new NotImplementedException(Printers.Count.ToString());

    public void StartDemoJob(int index) => throw new NotImplementedException(Printers[index].Id);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
