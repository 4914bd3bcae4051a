using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>What answers at the MQTT port in place of the broker (<see cref="VirtualBambuFaults.Broker"/>). Thread: any.</summary>
internal static class BambuStranger
{
    private const int RequestBytes = 1024;

    /// <summary>Its only answer; null for an unknown kind.</summary>
    public static byte[]? Answer(string kind) => kind switch
    {
        "drop" => [],
        "garbage" => Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        "half" => [0x20, 0x02, 0x00],
        "error" => [0x20, 0x02, 0x00, 0x03],
        "stranger" => Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.6\r\n"),
        _ => null,
    };

    /// <summary>Waits for the request, answers and disconnects. Errors: those of the connection.</summary>
    public static async Task ServeAsync(string kind, BambuTls tls, Socket socket, CancellationToken stop)
    {
        byte[] answer = Answer(kind)!;
        if (answer.Length == 0)
        {
            BambuListener.Break(socket);
            return;
        }

        Stream stream = kind == "stranger" ? new NetworkStream(socket, ownsSocket: true) : (await tls.AcceptAsync(socket, stop).ConfigureAwait(false)).Stream;
        await using (stream.ConfigureAwait(false))
        {
            _ = await stream.ReadAsync(new byte[RequestBytes], stop).ConfigureAwait(false);
            await stream.WriteAsync(answer, stop).ConfigureAwait(false);
            if (stream is SslStream encrypted)
            {
                await encrypted.ShutdownAsync().ConfigureAwait(false);
            }
        }
    }
}
