/* Five bodies that attract each other, for ARGV[1] steps: double precision. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODIES = 5 };

struct body {
	double x, y, z, vx, vy, vz, mass;
};

static struct body bodies[BODIES];

static double energy(void)
{
	double sum = 0;
	for (int i = 0; i < BODIES; i++) {
		const struct body *a = &bodies[i];
		sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
		for (int j = i + 1; j < BODIES; j++) {
			const struct body *b = &bodies[j];
			double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
			sum -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
		}
	}
	return sum;
}

static void step(double dt)
{
	for (int i = 0; i < BODIES; i++) {
		struct body *a = &bodies[i];
		for (int j = i + 1; j < BODIES; j++) {
			struct body *b = &bodies[j];
			double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
			double square = dx * dx + dy * dy + dz * dz;
			double force = dt / (square * sqrt(square));
			a->vx -= dx * b->mass * force;
			a->vy -= dy * b->mass * force;
			a->vz -= dz * b->mass * force;
			b->vx += dx * a->mass * force;
			b->vy += dy * a->mass * force;
			b->vz += dz * a->mass * force;
		}
	}
	for (int i = 0; i < BODIES; i++) {
		struct body *a = &bodies[i];
		a->x += dt * a->vx;
		a->y += dt * a->vy;
		a->z += dt * a->vz;
	}
}

int main(int argc, char **argv)
{
	int steps = argc > 1 ? atoi(argv[1]) : 1000;
	for (int i = 0; i < BODIES; i++) {
		double far = 1 + 5.2 * i, angle = 1.1 * i;
		bodies[i] = (struct body){ i * far * cos(angle), i * far * sin(angle), 0.1 * i, 0, 0, 0, i ? 0.04 / i : 39.47 };
		double speed = i ? sqrt(39.47 / (i * far)) : 0;
		bodies[i].vx = -speed * sin(angle);
		bodies[i].vy = speed * cos(angle);
	}
	printf("%.9f\n", energy());
	for (int i = 0; i < steps; i++)
		step(0.001);
	printf("%.9f\n", energy());
	return 0;
}
