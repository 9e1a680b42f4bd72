/*
 * What CoreMark does, by its published description, in words of our own: a linked list is searched, reversed and sorted by two orders; a
 * matrix of small integers is multiplied by a number, a vector and itself; a state machine tells numbers apart in a text; and a CRC of
 * 16 bits goes over all results, so that none can be left out. ARGV[1] rounds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint16_t crc_byte(uint8_t byte, uint16_t crc)
{
	for (int i = 0; i < 8; i++) {
		int carry = (byte ^ crc) & 1;
		byte >>= 1;
		crc >>= 1;
		if (carry)
			crc ^= 0xa001;
	}
	return crc;
}

static uint16_t crc_short(uint16_t value, uint16_t crc)
{
	return crc_byte((uint8_t)(value >> 8), crc_byte((uint8_t)value, crc));
}

/* The list. */

enum { ITEMS = 60 };

struct item {
	int16_t key;
	int16_t index;
};

struct link {
	struct link *next;
	struct item *item;
};

static struct link links[ITEMS];
static struct item items[ITEMS];

static struct link *make_list(uint16_t seed)
{
	for (int i = 0; i < ITEMS; i++) {
		items[i].key = (int16_t)((seed * 31u + (unsigned)i * 2654435761u) >> 7 & 0x7fff);
		items[i].index = (int16_t)i;
		links[i].item = &items[i];
		links[i].next = i + 1 < ITEMS ? &links[i + 1] : NULL;
	}
	return links;
}

static int by_key(const struct item *a, const struct item *b) { return a->key - b->key; }
static int by_index(const struct item *a, const struct item *b) { return a->index - b->index; }

typedef int compare(const struct item *, const struct item *);

static struct link *sort(struct link *list, compare *order)
{
	for (int width = 1;; width *= 2) {
		struct link *rest = list, *head = NULL, **tail = &head;
		int merges = 0;
		while (rest) {
			struct link *left = rest, *right = rest;
			int left_count = 0, right_count = width;
			merges++;
			while (right && left_count < width) {
				right = right->next;
				left_count++;
			}
			while (left_count > 0 || (right_count > 0 && right)) {
				struct link *taken;
				if (left_count > 0 && (right_count == 0 || !right || order(left->item, right->item) <= 0)) {
					taken = left;
					left = left->next;
					left_count--;
				} else {
					taken = right;
					right = right->next;
					right_count--;
				}
				*tail = taken;
				tail = &taken->next;
			}
			rest = right;
		}
		*tail = NULL;
		list = head;
		if (merges <= 1)
			return list;
	}
}

static struct link *reverse(struct link *list)
{
	struct link *done = NULL;
	while (list) {
		struct link *next = list->next;
		list->next = done;
		done = list;
		list = next;
	}
	return done;
}

static struct link *find(struct link *list, int16_t index)
{
	while (list && list->item->index != index)
		list = list->next;
	return list;
}

static uint16_t bench_list(uint16_t seed)
{
	uint16_t crc = 0;
	struct link *list = make_list(seed);
	for (int16_t wanted = 0; wanted < 20; wanted++) {
		struct link *found = find(list, (int16_t)(wanted * 5));
		list = reverse(list);
		if (found)
			crc = crc_short((uint16_t)found->item->key, crc);
		else if (list->next)
			crc = crc_short((uint16_t)list->next->item->index, crc);
	}
	list = sort(list, by_key);
	for (struct link *at = list; at; at = at->next)
		crc = crc_short((uint16_t)at->item->index, crc);
	list = sort(list, by_index);
	return crc_short((uint16_t)list->item->key, crc);
}

/* The matrix. */

enum { SIDE = 12 };

static int16_t first[SIDE][SIDE], second[SIDE][SIDE];
static int32_t product[SIDE][SIDE];

static uint16_t sum_product(int32_t limit)
{
	int32_t sum = 0, before = 0;
	uint16_t count = 0;
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++) {
			int32_t value = product[i][j];
			sum += value;
			if (sum > limit) {
				count += 10;
				sum = 0;
			} else {
				count += value > before;
			}
			before = value;
		}
	return count;
}

static uint16_t bench_matrix(uint16_t seed)
{
	uint16_t crc = 0;
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++) {
			first[i][j] = (int16_t)((seed + i * SIDE + j) & 0xff);
			second[i][j] = (int16_t)((seed * 3 + j * SIDE + i) & 0xff);
		}
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++)
			product[i][j] = first[i][j] * (int32_t)(int16_t)(seed | 0xf0);
	crc = crc_short(sum_product(100000), crc);
	for (int i = 0; i < SIDE; i++) {
		product[i][0] = 0;
		for (int j = 0; j < SIDE; j++)
			product[i][0] += first[i][j] * second[0][j];
	}
	crc = crc_short(sum_product(100000), crc);
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++) {
			int32_t sum = 0;
			for (int k = 0; k < SIDE; k++)
				sum += first[i][k] * second[k][j];
			product[i][j] = sum;
		}
	crc = crc_short(sum_product(1000000), crc);
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j++) {
			int32_t sum = 0;
			for (int k = 0; k < SIDE; k++) {
				int32_t value = first[i][k] * second[k][j];
				sum += (value >> 2 & 15) * (value >> 5 & 127);
			}
			product[i][j] = sum;
		}
	return crc_short(sum_product(1000000), crc);
}

/* The state machine. */

enum state { START, INTEGER, FLOATING, EXPONENT, POWER, SIGNED, INVALID, STATES };

static const char *const words[] = { "5012", "-874", "+122", "35.54400", ".1234500", "-110.700", "+0.64400", "5.500e+3", "-.123e-2", "-87e+832", "+0.6e-12", "T0.3e-1F", "-T.T++Tq", "1T3.4e4z", "34.0e-T^" };

static char text[512];

static enum state next_number(const char **where, uint32_t counts[STATES])
{
	enum state state = START;
	const char *at = *where;
	for (; *at && state != INVALID; at++) {
		char c = *at;
		if (c == ',') {
			at++;
			break;
		}
		int digit = c >= '0' && c <= '9';
		enum state before = state;
		switch (state) {
		case START:
			state = digit ? INTEGER : c == '+' || c == '-' ? SIGNED : c == '.' ? FLOATING : INVALID;
			break;
		case SIGNED:
			state = digit ? INTEGER : c == '.' ? FLOATING : INVALID;
			break;
		case INTEGER:
			state = digit ? INTEGER : c == '.' ? FLOATING : c == 'e' || c == 'E' ? EXPONENT : INVALID;
			break;
		case FLOATING:
			state = digit ? FLOATING : c == 'e' || c == 'E' ? EXPONENT : INVALID;
			break;
		case EXPONENT:
			state = c == '+' || c == '-' ? POWER : INVALID;
			break;
		case POWER:
			state = digit ? POWER : INVALID;
			break;
		default:
			break;
		}
		if (state != before)
			counts[before]++;
	}
	while (state == INVALID && *at && *at != ',')
		at++;
	if (state == INVALID && *at == ',')
		at++;
	*where = at;
	return state;
}

static uint16_t bench_states(uint16_t seed)
{
	uint32_t ends[STATES] = { 0 }, counts[STATES] = { 0 };
	uint16_t crc = 0;
	unsigned length = 0;
	for (unsigned i = seed;; i++) {
		const char *word = words[i % (sizeof words / sizeof words[0])];
		unsigned size = (unsigned)strlen(word);
		if (length + size + 2 > sizeof text)
			break;
		memcpy(text + length, word, size);
		length += size;
		text[length++] = ',';
	}
	text[length] = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (const char *at = text; *at;)
			ends[next_number(&at, counts)]++;
		for (unsigned i = 0; i < length; i += 7 + (seed & 3))
			if (text[i] != ',')
				text[i] ^= (char)(seed & 15);
	}
	for (int i = 0; i < STATES; i++)
		crc = crc_short((uint16_t)counts[i], crc_short((uint16_t)ends[i], crc));
	return crc;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	uint16_t crc = 0;
	for (int round = 0; round < rounds; round++) {
		crc = crc_short(bench_list((uint16_t)round), crc);
		crc = crc_short(bench_matrix((uint16_t)(round ^ crc)), crc);
		crc = crc_short(bench_states((uint16_t)round), crc);
	}
	printf("%04x\n", crc);
	return 0;
}
