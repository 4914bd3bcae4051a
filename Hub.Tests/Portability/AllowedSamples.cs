using System;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading;

namespace Hub.Tests.Portability;

/// <summary>Code that fits the board although its compiled form differs from the board's: every known equivalence is here.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "samples")]
[SuppressMessage("Design", "CA1001", Justification = "as in Hub.Core")]
internal static class AllowedSamples
{
    internal delegate void Changed(int value);

    internal enum Level
    {
        Low = 0,
        High = 1,
    }

    internal sealed class Portable
    {
        private static readonly string[] s_names = { "low", "high" };
        private static readonly byte[] s_digits = { 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39 };
        private static readonly string s_lowest = s_names[0];

        private readonly Hashtable _table = new Hashtable();
        private readonly AutoResetEvent _signal = new AutoResetEvent(false);
        private readonly ManualResetEvent _done = new ManualResetEvent(false);
        private int _count;

        public event Changed? Happened;

        public string Name(Level level) => s_names[(int)level];

        public bool IsLowest(Level level) => Name(level) == s_lowest;

        public void Rethrow()
        {
            try
            {
                _signal.Set();
            }
            catch (System.ArgumentException)
            {
                _count++;
                throw;
            }
        }

        public void CatchInPlaceOfFilter()
        {
            try
            {
                _signal.Set();
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (System.ArgumentException e)
            {
                if (e.Message.Length == 0)
                {
                    throw;
                }

                _count++;
            }
            catch (System.Exception)
            {
                _count--;
            }
        }

        public void Finally()
        {
            try
            {
                lock (_table)
                {
                    _count++;
                }
            }
            finally
            {
                // A catch in the method of the finally itself is harmless.
                try
                {
                    _signal.Reset();
                }
                catch (System.ArgumentException)
                {
                    _count--;
                }
            }
        }

        public int Sum()
        {
            int sum = 0;
            foreach (DictionaryEntry entry in _table)
            {
                sum += entry.Key is string ? (int)entry.Value! : 0;
            }

            return sum;
        }

        public string Format(int value, int[][] rows) =>
            string.Format("{0}", value)
            + string.Format("{0} {1}", value, rows.Length)
            + string.Format("{0} {1} {2}", value, rows.Length, Math.Abs(value));

        public string Compare(double percent, int number, uint bits, object? other) =>
            (percent < 100 && 0 <= percent && !(percent <= 50) && number > 5 && number >= _count) || bits > 7u || other != null || percent == 70 ? "some" : "none";

        public bool Wait(string text)
        {
            lock (_table)
            {
                _table[text] = text.Length > 0 && text[0] == 'x';
            }

            _signal.Set();
            _done.Reset();
            Interlocked.Increment(ref _count);
            return _signal.WaitOne(10, false);
        }

        public string Digits(string text)
        {
            StringBuilder builder = new StringBuilder();
            char[] characters = text.ToCharArray();
            for (int i = 0; i < characters.Length; i++)
            {
                builder.Append((char)s_digits[characters[i] % 10]);
            }

            Happened?.Invoke(builder.Length);
            return builder.ToString();
        }
    }
}
