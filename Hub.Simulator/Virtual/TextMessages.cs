using System;
using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual;

/// <summary>The text messages that a client sends a virtual printer over a websocket.</summary>
internal static class TextMessages
{
    private const int MaxMessageBytes = 64 * 1024;

    /// <summary>Passes on each message, until the client closes the connection (which is confirmed) or sends a message that is too long.</summary>
    public static async Task ReceiveAsync(WebSocket socket, Func<string, Task> take, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxMessageBytes);
        try
        {
            int count = 0;
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(count), stop).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop).ConfigureAwait(false);
                    return;
                }

                count += result.Count;
                if (result.EndOfMessage)
                {
                    string text = Encoding.UTF8.GetString(buffer, 0, count);
                    count = 0;
                    await take(text).ConfigureAwait(false);
                }
                else if (count == buffer.Length)
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
