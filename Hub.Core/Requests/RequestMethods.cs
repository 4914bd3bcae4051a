namespace Hub.Core.Requests;

/// <summary>The names of all methods (docs/requests.md). Thread: any.</summary>
public static class RequestMethods
{
    internal const string PrintersList = "printers.list";
    internal const string PrintersAdd = "printers.add";
    internal const string PrintersEdit = "printers.edit";
    internal const string PrintersEnable = "printers.enable";
    internal const string PrintersDisable = "printers.disable";
    internal const string PrintersRemove = "printers.remove";
    internal const string PrintersTest = "printers.test";
    internal const string PrintersTrust = "printers.trust";
    internal const string PrinterCommand = "printer.command";
    internal const string Discover = "discover";
    internal const string History = "history";
    internal const string CloudGet = "cloud.get";
    internal const string CloudSet = "cloud.set";
    internal const string CloudClaim = "cloud.claim";
    internal const string WifiScan = "wifi.scan";
    internal const string WifiJoin = "wifi.join";
    internal const string WifiGet = "wifi.get";
    internal const string WifiForget = "wifi.forget";
    internal const string Health = "health";
    internal const string LogTail = "log.tail";
    internal const string Restart = "restart";
    internal const string FactoryReset = "factory_reset";

    /// <summary>All of them. The array is the caller's.</summary>
    public static string[] All() => new string[]
    {
        PrintersList, PrintersAdd, PrintersEdit, PrintersEnable, PrintersDisable, PrintersRemove, PrintersTest, PrintersTrust, PrinterCommand, Discover,
        History, CloudGet, CloudSet, CloudClaim, WifiScan, WifiJoin, WifiGet, Health, LogTail, Restart, FactoryReset,
    };
}
