using System.Collections;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>Messages from the library's threads to the client's owner; the oldest are dropped when it is full. Thread: any.</summary>
internal sealed class M2MqttInbox
{
    private const int MaxMessages = 8;

    private readonly Queue _messages = new Queue();
    private readonly AutoResetEvent _hasNews = new AutoResetEvent(false);

    internal void Put(MqttMessage message)
    {
        lock (_messages)
        {
            if (_messages.Count == MaxMessages)
            {
                _messages.Dequeue();
            }

            _messages.Enqueue(message);
        }

        Wake();
    }

    /// <summary>The oldest message, or null.</summary>
    internal MqttMessage? Take()
    {
        lock (_messages)
        {
            return _messages.Count == 0 ? null : (MqttMessage)_messages.Dequeue();
        }
    }

    internal void Clear()
    {
        lock (_messages)
        {
            _messages.Clear();
        }
    }

    /// <summary>Ends a wait early.</summary>
    internal void Wake() => _hasNews.Set();

    internal void Wait(int milliseconds) => _hasNews.WaitOne(milliseconds, false);
}
