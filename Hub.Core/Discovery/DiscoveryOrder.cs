namespace Hub.Core.Discovery;

/// <summary>The order in which found printers are listed: type, name, address, port. Thread: any.</summary>
internal static class DiscoveryOrder
{
    internal static void Sort(DiscoveredPrinter[] printers)
    {
        char[][] keys = new char[printers.Length][];
        for (int i = 0; i < printers.Length; i++)
        {
            keys[i] = Key(printers[i]).ToCharArray();
        }

        // At most 256: insertion is enough, and keeps equal ones in their order.
        for (int i = 1; i < printers.Length; i++)
        {
            DiscoveredPrinter printer = printers[i];
            char[] key = keys[i];
            int to = i;
            while (to > 0 && IsAfter(keys[to - 1], key))
            {
                printers[to] = printers[to - 1];
                keys[to] = keys[to - 1];
                to--;
            }

            printers[to] = printer;
            keys[to] = key;
        }
    }

    /// <summary>By code unit: the same order on every machine, whatever its language.</summary>
    private static bool IsAfter(char[] a, char[] b)
    {
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
            {
                return a[i] > b[i];
            }
        }

        return a.Length > b.Length;
    }

    private static string Key(DiscoveredPrinter printer)
    {
        string name = printer.Name == null ? "" : printer.Name.ToLower();
        string[] numbers = printer.Address.Split('.');
        string address = "";
        for (int i = 0; i < numbers.Length; i++)
        {
            address += numbers[i].PadLeft(3, '0');
        }

        return printer.Type + "|" + name + "|" + address + "|" + printer.Port.ToString().PadLeft(5, '0');
    }
}
