using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;

namespace Hub.Tests.Kills;

/// <summary>A file that stops in its middle for a while.</summary>
/// <param name="data">Its bytes.</param>
/// <param name="holdMs">How long it stops; 0 for not at all.</param>
/// <param name="atMiddle">Called there.</param>
internal sealed class HeldContent(byte[] data, int holdMs, Action atMiddle) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        int middle = data.Length / 2;
        await stream.WriteAsync(data.AsMemory(0, middle));
        await stream.FlushAsync();
        if (holdMs > 0)
        {
            atMiddle();
            await Task.Delay(holdMs);
        }

        await stream.WriteAsync(data.AsMemory(middle));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = data.Length;
        return true;
    }
}
