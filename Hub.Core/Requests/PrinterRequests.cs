using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Requests;

/// <summary>printers.list, add, edit, enable, disable, remove and trust: printers.json. Thread: any.</summary>
internal sealed class PrinterRequests
{
    private const string AfterKey = "after";
    private const string StatusKey = "status";
    private const string LimitKey = "limit";
    private const int MaxLimit = 1000;

    private readonly IHal _hal;
    private readonly ConfigManager _config;
    private readonly PrinterManager _manager;

    public PrinterRequests(IHal hal, ConfigManager config, PrinterManager manager)
    {
        _hal = hal;
        _config = config;
        _manager = manager;
    }

    /// <summary>The configured printers.</summary>
    public PrinterConfig[] Configured() => _config.Printers;

    /// <summary>Does what a method says, and writes the members of its result.</summary>
    public void Write(string method, RequestParams values, JsonWriter json)
    {
        switch (method)
        {
            case RequestMethods.PrintersList:
                List(values, json);
                break;
            case RequestMethods.PrintersAdd:
                Done(json, Add(values), "added");
                break;
            case RequestMethods.PrintersRemove:
                _config.Remove(values.Text(PrinterKeys.Id));
                Done(json, values.Text(PrinterKeys.Id), "removed");
                break;
            case RequestMethods.PrintersEdit:
                Done(json, Edit(values), "changed");
                break;
            case RequestMethods.PrintersTrust:
                Trust(values.Text(PrinterKeys.Id));
                Done(json, values.Text(PrinterKeys.Id), "the next certificate that it presents is trusted");
                break;
            default:
                Switch(method, values, json);
                break;
        }
    }

    private static void Done(JsonWriter json, string id, string result)
    {
        json.Name("result");
        json.Value(result);
        json.Name("printer");
        json.Value(id);
    }

    private void Switch(string method, RequestParams values, JsonWriter json)
    {
        bool isOn = method == RequestMethods.PrintersEnable;
        if (!isOn && method != RequestMethods.PrintersDisable)
        {
            throw HubRequests.Unknown(method);
        }

        string id = values.Text(PrinterKeys.Id);
        Hashtable changes = new Hashtable();
        changes[PrinterKeys.Enabled] = isOn;
        _config.Update(id, changes);
        Done(json, id, isOn ? "enabled" : "disabled");
    }

    private void List(RequestParams values, JsonWriter json)
    {
        string? after = values.OptionalText(AfterKey);
        AnswerPage page = new AnswerPage(json, (int)values.Whole(LimitKey, 1, MaxLimit, MaxLimit));
        ArrayList entries = PrinterEntries.Shown(_config);
        bool isStatusWanted = values.Values[StatusKey] != null && values.Flag(StatusKey);
        string? last = null;
        bool isWanted = after == null;
        bool isFull = false;
        for (int i = 0; i < entries.Count && !isFull; i++)
        {
            Hashtable entry = (Hashtable)entries[i]!;
            string id = (string)entry[PrinterKeys.Id]!;
            if (isWanted)
            {
                if (isStatusWanted)
                {
                    entry["status"] = StatusOf(id);
                }

                JsonTree.Write(page.Item, entry);
                isFull = !page.TryAdd();
                last = isFull ? last : id;
            }

            isWanted |= id == after;
        }

        if (!isWanted)
        {
            throw new HubException(ErrorCode.UnknownPrinter, "no printer has the id '" + after + "': begin the list again");
        }

        page.Write("printers", false);
        if (isFull)
        {
            json.Name("next");
            json.Value(last);
        }
    }

    /// <summary>How the hub fares with a printer; without members while it does not run it.</summary>
    private Hashtable StatusOf(string id)
    {
        Hashtable shown = new Hashtable();
        PrinterSnapshot? printer = _manager.Snapshot(id);
        if (printer == null)
        {
            return shown;
        }

        PrinterStatus status = printer.Status;
        shown["state"] = PrinterStates.Name(status.State);
        shown["online"] = status.IsConnected;
        if (printer.Refusal != null)
        {
            shown["error"] = printer.Refusal.Message;
        }
        else if (status.ErrorMessage != null)
        {
            shown["error"] = status.ErrorMessage;
        }

        return shown;
    }

    private string Add(RequestParams values)
    {
        Hashtable entry = values.Values;
        RemoveNulls(entry);
        PrinterSystem? system = PrinterSystems.Find(values.OptionalText(PrinterKeys.Type));
        if (system == null)
        {
            throw RequestParams.Wrong(PrinterKeys.Type, "must be " + PrinterSystems.Types);
        }

        string id = values.OptionalText(PrinterKeys.Id) ?? _config.NextId(system.Type);
        entry[PrinterKeys.Id] = id;
        _config.Add(entry);
        return id;
    }

    private string Edit(RequestParams values)
    {
        string id = values.Text(PrinterKeys.Id);
        Hashtable changes = values.Values;
        changes.Remove(PrinterKeys.Id);
        if (changes.Count == 0)
        {
            throw new HubException(ErrorCode.BadRequest, "nothing to change: name a key of printers.json, such as url or api_key");
        }

        _config.UpdateFromAfar(id, changes);
        return id;
    }

    private void Trust(string id)
    {
        PrinterTrust.Renew(_config, new TrustStore(_hal.Nvs, _hal.Hash), _hal.Sockets, id, new Hashtable());
        _manager.Retry(id);
    }

    private static void RemoveNulls(Hashtable entry)
    {
        string[] keys = ConfigTree.Keys(entry);
        for (int i = 0; i < keys.Length; i++)
        {
            if (entry[keys[i]] == null)
            {
                entry.Remove(keys[i]);
            }
        }
    }
}
