using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// The newest entry of Moonraker's history (server.history.list, moonraker/components/history.py). It outlives a restart of
/// Klipper, after which print_stats knows nothing. A codec. Thread: one owner.
/// </summary>
internal sealed class MoonrakerLastJob : JsonReport
{
    private readonly JsonTextCache _id = new JsonTextCache();
    private readonly JsonTextCache _fileName = new JsonTextCache();
    private readonly JsonTextCache _status = new JsonTextCache();

    /// <summary>True once a history was read, even an empty one.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Counts up with each job, hexadecimal; null when there was none yet.</summary>
    public string? Id { get; private set; }

    public string? FileName { get; private set; }

    /// <summary>in_progress, completed, cancelled, error, klippy_shutdown, klippy_disconnect, server_exit, interrupted.</summary>
    public string? Status { get; private set; }

    /// <summary>
    /// True when this job did not come to its own end. Moonraker's restart alone writes server_exit or interrupted although
    /// Klipper prints on, so this is for jobs that Klipper itself no longer shows.
    /// </summary>
    public bool IsBroken => Status == "error" || Status == "klippy_shutdown" || Status == "klippy_disconnect" || Status == "server_exit" || Status == "interrupted";

    /// <summary>Reads the result, newest job first. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void Read(byte[] buffer, int offset, int count)
    {
        Forget();
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            if (MoonrakerKeys.Names.IndexOf(Reader) == MoonrakerKeys.Jobs && Reader.Read() == JsonToken.ArrayStart)
            {
                IsKnown = true;
                if (Reader.Read() == JsonToken.ObjectStart)
                {
                    ReadJob();
                }

                return;
            }

            Reader.Skip();
        }
    }

    /// <summary>Nothing is known.</summary>
    public void Forget()
    {
        IsKnown = false;
        Id = FileName = Status = null;
    }

    private void ReadJob()
    {
        while (Reader.Read() == JsonToken.Name)
        {
            int key = MoonrakerKeys.Names.IndexOf(Reader);
            Reader.Read();
            switch (key)
            {
                case MoonrakerKeys.JobId:
                    Id = _id.Read(Reader);
                    break;
                case MoonrakerKeys.Filename:
                    FileName = _fileName.Read(Reader);
                    break;
                case MoonrakerKeys.Status:
                    Status = _status.Read(Reader);
                    break;
                default:
                    break;
            }

            Reader.Skip();
        }
    }
}
