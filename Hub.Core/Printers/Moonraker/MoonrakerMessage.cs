using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// The envelope of a JSON-RPC message or HTTP answer (moonraker docs/external_api/introduction.md): what kind it is and where its payload lies. The
/// id may come after the payload, so the payload is only located here. A codec; allocates nothing except
/// for errors. Thread: one owner.
/// </summary>
internal sealed class MoonrakerMessage : JsonReport
{
    /// <summary>Values of <see cref="Method"/>: status objects changed.</summary>
    public const int StatusUpdate = 0;

    /// <summary>Klipper became ready: subscriptions are gone.</summary>
    public const int KlippyReady = 1;

    /// <summary>Klipper stopped after a fault or an emergency stop.</summary>
    public const int KlippyShutdown = 2;

    /// <summary>Klipper's process went away.</summary>
    public const int KlippyDisconnected = 3;

    /// <summary>A line of Klipper's console.</summary>
    public const int GcodeResponse = 4;

    /// <summary>Another spool is in use.</summary>
    public const int ActiveSpoolSet = 5;

    /// <summary>Moonraker found or lost Spoolman.</summary>
    public const int SpoolmanChanged = 6;

    private const int MaxId = 1000000000;

    private const int MethodCount = 7;

    private static readonly JsonNames s_methods = new JsonNames(Methods());

    /// <summary>The answered request, or -1.</summary>
    public int Id { get; private set; }

    /// <summary>The notification, or -1.</summary>
    public int Method { get; private set; }

    /// <summary>True for a message that the server sent by itself.</summary>
    public bool IsNotification { get; private set; }

    public bool IsError { get; private set; }

    public int ErrorNumber { get; private set; }

    public string ErrorText { get; private set; } = "";

    /// <summary>Where result or params begin in the buffer; valid as long as that is.</summary>
    public int PayloadOffset { get; private set; }

    /// <summary>Bytes of result or params, 0 when there is neither.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>
    /// Reads a whole message. A notification of no interest is not read to its end: what it brings (console output, thumbnails,
    /// whatever agents and plugins send) does not matter here, nor does a fault in it. Errors: <see cref="ErrorCode.BadJson"/>.
    /// </summary>
    public void Read(byte[] buffer, int offset, int count)
    {
        Clear();
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            Reader.Read();
            switch (key)
            {
                case MoonrakerKeys.Id:
                    Id = Reader.TryGetInt64(out long id) && id >= 0 && id < MaxId ? (int)id : -1;
                    break;
                case MoonrakerKeys.Method:
                    ReadMethod();
                    if (IsNotification && Method < 0)
                    {
                        return;
                    }

                    break;
                case MoonrakerKeys.Params:
                case MoonrakerKeys.Result:
                    Locate();
                    break;
                case MoonrakerKeys.Error:
                    ReadError();
                    break;
                default:
                    break;
            }

            Reader.Skip();
        }

        CloseRoot();
    }

    /// <summary>Finds the kind of a message of which only the beginning is known; no payload. Throws nothing.</summary>
    public void ReadBeginning(byte[] buffer, int offset, int count)
    {
        Clear();
        try
        {
            OpenRoot(buffer, offset, count);
            while (Reader.Read() == JsonToken.Name)
            {
                int key = MoonrakerKeys.Names.IndexOf(Reader);
                if (key == MoonrakerKeys.Params || key == MoonrakerKeys.Result || key == MoonrakerKeys.Error)
                {
                    return;
                }

                Reader.Read();
                if (key == MoonrakerKeys.Method)
                {
                    ReadMethod();
                    return;
                }

                Reader.Skip();
            }
        }
        catch (HubException)
        {
            // It ends too early, of course.
        }
    }

    private static string[] Methods()
    {
        string[] methods = new string[MethodCount];
        methods[StatusUpdate] = "notify_status_update";
        methods[KlippyReady] = "notify_klippy_ready";
        methods[KlippyShutdown] = "notify_klippy_shutdown";
        methods[KlippyDisconnected] = "notify_klippy_disconnected";
        methods[GcodeResponse] = "notify_gcode_response";
        methods[ActiveSpoolSet] = "notify_active_spool_set";
        methods[SpoolmanChanged] = "notify_spoolman_status_changed";
        return methods;
    }

    private void Clear()
    {
        Id = Method = -1;
        IsNotification = false;
        IsError = false;
        ErrorNumber = PayloadOffset = PayloadLength = 0;
        ErrorText = "";
    }

    private void ReadMethod()
    {
        IsNotification = Reader.Token == JsonToken.String;
        Method = IsNotification ? s_methods.IndexOf(Reader) : -1;
    }

    private void Locate()
    {
        bool isText = Reader.Token == JsonToken.String;
        PayloadOffset = Reader.ValueOffset - (isText ? 1 : 0);
        bool isNested = Reader.Token == JsonToken.ObjectStart || Reader.Token == JsonToken.ArrayStart;
        int end = Reader.ValueOffset + Reader.ValueLength + (isText ? 1 : 0);
        Reader.Skip();
        PayloadLength = (isNested ? Reader.ValueOffset + 1 : end) - PayloadOffset;
    }

    private void ReadError()
    {
        IsError = true;
        if (Reader.Token != JsonToken.ObjectStart)
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == MoonrakerKeys.Code && Reader.TryGetInt64(out long number) && number > -MaxId && number < MaxId)
            {
                ErrorNumber = (int)number;
            }
            else if (key == MoonrakerKeys.Message && Reader.Token == JsonToken.String)
            {
                ErrorText = MoonrakerErrors.Sentence(Reader.GetString());
            }

            Reader.Skip();
        }
    }
}
