using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>
/// Reads messages of the cloud. Whatever arrives gives a message: what is wrong with it is in <see cref="CloudMessage.Fault"/>, and
/// all that could be read is there, so that a command with a wrong value can still be acknowledged. Keys that it does not know are skipped.
/// Thread: one owner.
/// </summary>
internal sealed partial class CloudMessageReader
{
    private const int MaxDepth = 8;
    private const int MaxTextBytes = 256;
    private const int MaxUrlBytes = 4096;

    private static readonly JsonNames s_types = new JsonNames(new string[]
    {
        "hub_welcome", "error", "configure_printer", "print_command", "printer_command", "discover_printers", "hub_command", "hub_config", "event_ack", "hub_claimed",
        "file_begin", "file_end", "file_cancel", "job_cancel", "gcode", "request",
    });

    private readonly JsonReader _json = new JsonReader(MaxDepth);
    private CloudMessage _message = new CloudMessage();

    /// <summary>Reads one message; the caller's buffer is not kept.</summary>
    public CloudMessage Read(byte[] buffer, int offset, int count)
    {
        CloudMessage message = new CloudMessage();
        _message = message;
        _json.Reset(buffer, offset, count);
        try
        {
            if (_json.Read() != JsonToken.ObjectStart)
            {
                message.Fault = Wrong("the message is not a JSON object");
                return message;
            }

            while (_json.Read() == JsonToken.Name)
            {
                ReadMember(CloudKeys.Names.IndexOf(_json));
            }

            _json.Read();
        }
        catch (HubException e)
        {
            message.Fault = new HubException(e.Code, "the message is broken: " + e.Message);
        }

        if (message.Fault == null && message.TypeName == null)
        {
            message.Fault = Wrong("the message has no type");
        }

        return message;
    }

    private static HubException Wrong(string what) => new HubException(ErrorCode.BadResponse, what);

    private void ReadMember(int key)
    {
        JsonToken token = _json.Read();
        if (key < 0 || token == JsonToken.Null)
        {
            _json.Skip();
            return;
        }

        switch (key)
        {
            case CloudKeys.Type:
                ReadType(token);
                break;
            case CloudKeys.Printer:
                ReadPrinter(token);
                break;
            case CloudKeys.Capabilities:
                ReadFeatures(token);
                break;
            case CloudKeys.Params:
                ReadParams(token);
                break;
            case CloudKeys.Options:
                ReadOptions(token);
                break;
            case CloudKeys.Lines:
                _message.Lines = Texts(token, key);
                break;
            case CloudKeys.StreamId:
                _message.StreamId = StreamId(token, key);
                break;
            case CloudKeys.Size:
                _message.Size = Whole(token, key);
                break;
            case CloudKeys.Sha256:
                _message.Sha256 = Digest(token, key);
                break;
            case CloudKeys.Start:
                _message.MustStart = Flag(token, key);
                break;
            case CloudKeys.ExpiresAt:
                _message.ExpiresAtMs = Whole(token, key);
                break;
            case CloudKeys.GpioPin:
                _message.GpioPin = Whole(token, key);
                break;
            case CloudKeys.UpTo:
                _message.UpTo = Whole(token, key);
                break;
            case CloudKeys.GpioState:
                _message.GpioState = Flag(token, key);
                break;
            default:
                ReadText(token, key);
                break;
        }
    }

    private void ReadText(JsonToken token, int key)
    {
        string? text = Text(token, key, key == CloudKeys.FileUrl ? MaxUrlBytes : MaxTextBytes);
        switch (key)
        {
            case CloudKeys.CommandId:
                _message.CommandId = text;
                break;
            case CloudKeys.PrinterId:
                _message.PrinterId = text;
                break;
            case CloudKeys.JobId:
                _message.JobId = text;
                break;
            case CloudKeys.Action:
                _message.Action = text;
                break;
            case CloudKeys.FileUrl:
                _message.FileUrl = text;
                break;
            case CloudKeys.FileName:
                _message.FileName = text;
                break;
            case CloudKeys.HubName:
                _message.HubName = text;
                break;
            case CloudKeys.TenantId:
                _message.TenantId = text;
                break;
            case CloudKeys.Code:
                _message.Code = text;
                break;
            case CloudKeys.RequestId:
                _message.RequestId = text;
                break;
            case CloudKeys.Method:
                _message.Method = text;
                break;
            case CloudKeys.Secret:
                _message.Secret = text == null ? null : new Secret(text);
                break;
            case CloudKeys.LogId:
                _message.LogId = text;
                break;
            case CloudKeys.Error:
                _message.Error = text;
                break;
            default:
                _message.Text = text;
                break;
        }
    }

    private void ReadType(JsonToken token)
    {
        if (token == JsonToken.String)
        {
            _message.Type = (CloudMessageType)s_types.IndexOf(_json);
        }

        _message.TypeName = Text(token, CloudKeys.Type, MaxTextBytes);
    }

    private void ReadParams(JsonToken token)
    {
        if (token == JsonToken.ObjectStart)
        {
            _message.Params = (Hashtable)JsonTree.Read(_json)!;
            return;
        }

        Fault(CloudKeys.Params, "an object");
        _json.Skip();
    }

    private void ReadPrinter(JsonToken token)
    {
        if (token != JsonToken.ObjectStart)
        {
            Fault(CloudKeys.Printer, "an object");
            _json.Skip();
            return;
        }

        CloudPrinter printer = new CloudPrinter();
        _message.Printer = printer;
        while (_json.Read() == JsonToken.Name)
        {
            int key = CloudKeys.PrinterNames.IndexOf(_json);
            JsonToken value = _json.Read();
            if (key < 0 || value == JsonToken.Null)
            {
                _json.Skip();
                continue;
            }

            string? text = Text(value, CloudKeys.OfPrinter + key, MaxTextBytes);
            switch (CloudKeys.OfPrinter + key)
            {
                case CloudKeys.Id:
                    printer.Id = text;
                    break;
                case CloudKeys.SerialNumber:
                    printer.SerialNumber = text;
                    break;
                case CloudKeys.AccessCode:
                    printer.AccessCode = text == null ? null : new Secret(text);
                    break;
                case CloudKeys.IpAddress:
                    printer.Address = text;
                    break;
                case CloudKeys.ConnectionType:
                    printer.ConnectionType = text;
                    break;
                case CloudKeys.Name:
                    printer.Name = text;
                    break;
                default:
                    printer.Model = text;
                    break;
            }
        }
    }

    private void ReadFeatures(JsonToken token)
    {
        if (token != JsonToken.ArrayStart)
        {
            Fault(CloudKeys.Capabilities, "a list");
            _json.Skip();
            return;
        }

        _message.HasFeatures = true;
        while (_json.Read() != JsonToken.ArrayEnd)
        {
            int feature = _json.Token == JsonToken.String ? FeatureNames.Numbers.IndexOf(_json) : -1;
            if (feature >= 0)
            {
                _message.Features |= (CloudFeatures)(1 << feature);
            }

            _json.Skip();
        }
    }
}
