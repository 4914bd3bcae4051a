using System.Threading;
using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>Sends values and messages to the central, and waits while the radio's queue is full. Thread: the provisioner's.</summary>
internal sealed class GattSender
{
    /// <summary>Pause before a full queue is tried again, in ms.</summary>
    private const int RetryMs = 20;

    /// <summary>A message that the radio does not take for so long is dropped.</summary>
    private const int PatienceMs = 5000;

    private readonly IHal _hal;
    private readonly BleCharacteristic _requests;
    private readonly ChunkWriter _chunks = new ChunkWriter();

    public GattSender(IHal hal, BleCharacteristic requests)
    {
        _hal = hal;
        _requests = requests;
    }

    /// <summary>A connection began or ended.</summary>
    public void Reset() => _chunks.Reset();

    /// <summary>Sends one value at once. False when it must be tried again.</summary>
    public bool Send(BleCharacteristic characteristic, byte[] value) =>
        value.Length <= _hal.Radio.Ble.MaxNotifyBytes && _hal.Radio.Ble.Notify(characteristic, value, 0, value.Length);

    /// <summary>Sends a whole message. Waits for the radio; a message that is not taken in 5 s, or whose central goes, is dropped.</summary>
    /// <param name="message">The message; the sender's from now on.</param>
    /// <param name="isSealed">True when it is sealed.</param>
    /// <param name="heartbeat">Beats while it waits.</param>
    public bool SendMessage(byte[] message, bool isSealed, Logging.Heartbeat heartbeat)
    {
        IBle ble = _hal.Radio.Ble;
        _chunks.Begin(message, isSealed);
        long lastMs = _hal.Clock.NowMs;
        while (_chunks.HasMore)
        {
            int room = ble.MaxNotifyBytes;
            if (room <= ChunkReader.HeaderBytes)
            {
                // Nobody is connected any more.
                return false;
            }

            byte[] chunk = _chunks.Next(room);
            if (ble.Notify(_requests, chunk, 0, chunk.Length))
            {
                _chunks.Sent(chunk);
                lastMs = _hal.Clock.NowMs;
                continue;
            }

            if (_hal.Clock.NowMs - lastMs > PatienceMs)
            {
                return false;
            }

            heartbeat.Beat("sending");
            _hal.Clock.Sleep(RetryMs);
        }

        return true;
    }
}
